"""What a random history is made of: contributions whose steps often begin and end together."""

from dataclasses import dataclass

from hypothesis import strategies as st

from models.contribution import Contribution, Step, Weight
from models.instants import DAY, parse_instant

START = parse_instant("2024-02-28T22:00:00Z")
HOUR = DAY // 24
OFFENDERS = ["a", "b", "{v100}", "ä", "z\n z", "\U0001f600", "￿", "nul\0", "B", "aa"]

hours = st.integers(0, 60)
steps = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 7, 20]), st.sampled_from([1, 2, 5, 5, 5, 10, 182_500, 2**36])),
    max_size=3,
)


@dataclass(frozen=True)
class Draft:
    """What Hypothesis chooses of a contribution."""

    kind: str
    offender_id: str
    offence: int
    revision: int
    recorded: int
    anchored: int
    reported: int
    code: str
    steps: list[tuple[int, int]]


drafts = st.builds(
    Draft,
    kind=st.sampled_from(["offence.reported", "offence.reported", "offence.amended", "offence.withdrawn"]),
    offender_id=st.sampled_from(OFFENDERS),
    offence=st.integers(1, 4),
    revision=st.sampled_from([1, 1, 1, 2, 3, 2**53 - 1]),
    recorded=hours,
    anchored=st.sampled_from([0, 1, 2, 10, 30]),
    reported=st.sampled_from([0, 1, 30]),
    code=st.sampled_from(["19C.1.1", "104.25", ""]),
    steps=steps,
)


def make(draft: Draft, offset: int, base: int) -> Contribution:
    recorded_at, anchor = base + draft.recorded * HOUR, base + draft.anchored * HOUR
    untils = sorted({until for until, _ in draft.steps})
    worths = sorted((worth for _, worth in draft.steps), reverse=True)
    pairs = zip(untils, worths, strict=False) if draft.kind != "offence.withdrawn" else ()
    return Contribution(
        offset=offset,
        event_id=f"event-{offset}",
        kind=draft.kind,
        offender_id=draft.offender_id,
        offence_id=f"offence-{draft.offence}",
        revision=draft.revision,
        recorded_at=recorded_at,
        reported_at=base + draft.reported * HOUR,
        anchor_at=anchor,
        weight=Weight(draft.code, tuple(Step(until * HOUR, worth) for until, worth in pairs)),
    )


def reassessed(item: Contribution, weights: dict[str, list[tuple[int, int]]], hours_later: int) -> Contribution:
    """What another policy makes of it: another weight for its code, another anchor."""
    chosen = item.weight.steps
    if item.code in weights and item.kind != "offence.withdrawn":
        untils = sorted({until for until, _ in weights[item.code]})
        worths = sorted((worth for _, worth in weights[item.code]), reverse=True)
        chosen = tuple(Step(until * HOUR, worth) for until, worth in zip(untils, worths, strict=False))
    return item._replace(anchor_at=item.anchor_at + hours_later * HOUR, weight=Weight(item.code, chosen))
