"""The ledger: whatever dies when, a receiver gets 1, 2, 3 and so on, with repeats only directly behind."""

from collections.abc import Sequence

from hypothesis import example, given

from models.delivery.record import (
    Accepted,
    Delivery,
    Recalled,
    Rewound,
    Sending,
    SetAside,
    read_delivery,
)
from tests.delivery.ledger.world import STEPS, World


@given(STEPS)
@example([("map", act, False, True) for act in ("go", "recall", "go", "go", "go", "go")])
def test_whoever_dies_when_a_receiver_gets_every_number_in_order(steps: list[tuple[str, str, bool, bool]]) -> None:
    world = World()
    for step in steps:
        world.step(*step)
    facts = [read_delivery(value) for value in world.log]
    for name, receiver in world.receivers.items():
        mine = [fact for fact in facts if fact is not None and fact.subscription == name]
        backs = [at for at, fact in enumerate(mine) if isinstance(fact, Rewound)]
        aside: set[int] = set()
        for log, begin, end in zip(receiver.logs, [0, *backs], [*backs, len(mine)], strict=True):
            assert log == sorted(log)  # what comes again comes directly behind
            aside = in_turn(mine[begin:end], log, aside)
        recalls = [fact.order for fact in mine if isinstance(fact, Recalled)]
        told = list(dict.fromkeys(fact.order for fact in mine if isinstance(fact, Sending) and fact.order is not None))
        assert told == recalls[: len(told)]
        line = world.ledger.lines.get(name)
        assert line is None or [one.order for one in line.recalls if one.order not in told] == recalls[len(told) :]


def in_turn(facts: Sequence[Delivery], log: Sequence[int], aside: set[int]) -> set[int]:
    """Between two rewinds: every number but those set aside, each intent before its end; what is set aside now."""
    intents = [fact.number for fact in facts if isinstance(fact, Sending)]
    first = facts[0].number if facts and isinstance(facts[0], Rewound) else 1
    numbers = [number for number in range(first, first + len(intents) + len(aside)) if number not in aside]
    assert intents == numbers[: len(intents)]
    ended = [fact.number for fact in facts if isinstance(fact, Accepted | SetAside)]
    assert ended == intents[: len(ended)]
    assert len(intents) - len(ended) in {0, 1}
    assert {fact.number for fact in facts if isinstance(fact, Accepted)} <= set(log)
    return aside | {fact.number for fact in facts if isinstance(fact, SetAside)}
