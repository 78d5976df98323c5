"""In what a published thing differs from the recomputed one, in words."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from audit.replay.founding import Founding
from models.journal.entry import JournalEntry, RunOut
from models.topics import OFFENCES
from runtime.topic_identity import TopicIdentity

_SHOWN = 120


def shown(value: object) -> str:
    """A value on one line, cut where it is long."""
    text = json.dumps(value, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} letters)"


def field_differences(published: Mapping[str, Any], recomputed: Mapping[str, Any]) -> str:  # Any: JSON
    """The fields of two documents that are not equal."""
    names = [name for name in sorted({*published, *recomputed}) if published.get(name) != recomputed.get(name)]
    return "; ".join(
        f"{name} was published as {shown(published.get(name))}, recomputed as {shown(recomputed.get(name))}"
        for name in names
    )


def entry_differences(published: JournalEntry, recomputed: JournalEntry) -> Iterator[str]:
    """One text for each thing that came out another way; the hashes are the chain's business."""
    theirs, ours = published.model_dump(mode="json"), recomputed.model_dump(mode="json")
    if published.run and recomputed.run and published.run.sha256 != recomputed.run.sha256:
        yield _other_records(recomputed.run)
        theirs["run"] = ours["run"]
    yield from _transition_differences(theirs.pop("transitions"), ours.pop("transitions"))
    del theirs["hash"], ours["hash"]
    if theirs != ours:
        yield field_differences(theirs, ours)


def _other_records(run: RunOut) -> str:
    where = f"{OFFENCES.name} partition {run.partition} offsets {run.start} to {run.end}"
    return f"the records of {where} are not those that were applied (another digest)"


def _transition_differences(theirs: list[dict[str, Any]], ours: list[dict[str, Any]]) -> Iterator[str]:
    for published, recomputed in zip(theirs, ours, strict=False):
        if published != recomputed:
            yield f"transition {recomputed['sequence']}: {field_differences(published, recomputed)}"
    if len(theirs) != len(ours):
        yield f"it was published with {len(theirs)} transitions, recomputed with {len(ours)}"


def place_differences(founding: Founding, place: TopicIdentity | None) -> Iterator[str]:
    """Where the inputs lie elsewhere than at the founding: topics created again hold other records under the same name.

    `place` None: nobody knows, or wants to.
    """
    for name in ("cluster_id", "topic", "topic_id") if place is not None else ():
        founded, found = getattr(founding, name), getattr(place, name)
        if founded != found:
            yield f"the board was founded on {name} {founded}, it is {found} now: created again, or a copy (--copy)"
