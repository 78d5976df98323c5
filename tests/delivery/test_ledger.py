"""The ledger: whatever dies when, a receiver gets 1, 2, 3 and so on, with repeats only directly behind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from delivery.ledger import Ledger, Line, Page, check_reach
from delivery.ledger_reader import LedgerReader
from delivery.numbering.places import Rounds, line_at, state_of
from models.delivery.record import (
    Accepted,
    Changed,
    Closed,
    Delivery,
    Ended,
    Late,
    Notified,
    Opened,
    Places,
    Recalled,
    Resumed,
    Rewound,
    Sending,
    SetAside,
    Stalled,
    read_delivery,
)
from models.errors import Unproved
from models.record import Record
from tests.audit.golden.history import WrittenDown

IDS = ("desk", "map")
NOW = "2026-01-01T00:00:00Z"
DIGEST = "a" * 64


def a_page(subscription: str = "desk", line: Line | None = None) -> Page:
    return Page(subscription, line, lambda: NOW)


def add_intent(page: Page, before: Sending | None = None) -> Page:
    """`before`: its intent, where the number was sent before."""
    line = page.line
    assert line is not None
    if before is not None:
        told = before.model_dump(include={"event", "id", "sequence", "order", "form", "digest"})
        return page.add(Sending, number=line.next_number, follows=line.followed, **told)
    due = line.due_recalls
    if due:
        return page.add(
            Sending, number=line.next_number, follows=line.followed, event="recall", id="v100:1:recall",
            sequence=due[0].sequence, order=due[0].order, form=1, digest=DIGEST,
        )  # fmt: skip
    number = line.next_number
    is_band = number == 1 and line.opened.band
    return page.add(
        Sending, number=number, follows=line.followed, event="band" if is_band else "alert", id="v100:1",
        sequence=line.place + (not is_band), form=1, digest=DIGEST,
    )  # fmt: skip


@dataclass
class Receiver:
    """Takes a number where what it follows is done, as the glossary says. `logs`: another one behind each rewind."""

    logs: list[list[int]] = field(default_factory=lambda: [[]])
    done: int = 0

    def get(self, sending: Sending) -> None:
        self.logs[-1].append(sending.number)
        if sending.number > self.done:
            assert sending.follows <= self.done, f"{sending.number} came, and {self.done} was the last"
            self.done = sending.number

    def lose(self, number: int) -> None:
        """It is set back to before a number, as from a backup."""
        self.logs.append([])
        self.done = number - 1


class World:
    """Kafka's log, two receivers, and one deliverer that may die between any two steps."""

    def __init__(self) -> None:
        self.log: list[bytes] = []
        self.receivers = {name: Receiver() for name in IDS}
        self.orders = count(1)
        self.start()

    def start(self) -> None:
        """A successor knows what was committed, and nothing else."""
        self.ledger = Ledger()
        for value in self.log:
            assert self.ledger.take(value) is not None
        self.answered: set[str] = set()

    def commit(self, page: Page, dies: bool, reached: bool) -> None:
        """All of the page or nothing; who dies meanwhile does not hear which."""
        if reached or not dies:
            self.log += page.values
            for fact in map(read_delivery, page.values):
                if isinstance(fact, Rewound):
                    self.receivers[page.subscription].lose(fact.number)
        if dies:
            self.start()
            return
        for value in page.values:
            assert self.ledger.take(value) is not None

    def step(self, name: str, act: str, dies: bool, reached: bool) -> None:
        line = self.ledger.lines.get(name)
        page = a_page(name, line)
        if line is None:
            page.add(Opened, order=next(self.orders), place=7, band=name == "map")
        elif act == "places":
            page.add_places()
        elif act in {"rewind", "recall"}:
            self.order(page, line, act)
        elif line.closed is not None:
            page.add(Resumed, order=next(self.orders))
        elif line.waiting is None:
            self.go_on(page)
        elif act == "skip":
            page.add(SetAside, number=line.waiting.number, order=next(self.orders))
            self.answered.discard(name)
        elif name not in self.answered:
            self.send(name, line.waiting, act, dies)
            return
        else:
            page.add(Accepted, number=line.waiting.number, status=204, tries=1, milliseconds=1)
            self.answered.discard(name)
            if act == "both":
                self.go_on(page)
            if act == "close":
                page.add(Closed, order=None)
        self.commit(page, dies, reached)

    def order(self, page: Page, line: Line, act: str) -> None:
        back = [number for number in range((line.highest + 1) // 2, line.highest + 1) if line.can_rewind(number)]
        if act == "recall":
            page.add(Recalled, order=next(self.orders), alert_id="v100:1", sequence=line.place, asked="rectify")
        elif back:
            page.add(Rewound, order=next(self.orders), number=back[0])
            self.answered.discard(page.subscription)

    def go_on(self, page: Page) -> None:
        facts, line = map(read_delivery, self.log), page.line
        before = {f.number: f for f in facts if isinstance(f, Sending) and f.subscription == page.subscription}
        add_intent(page, before.get(line.next_number) if line is not None else None)

    def send(self, name: str, sending: Sending, act: str, dies: bool) -> None:
        """An answer may get lost, and is lost with who would have heard it."""
        assert sending in map(read_delivery, self.log)
        self.receivers[name].get(sending)
        if dies:
            self.start()
        elif act != "lost":
            self.answered.add(name)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(IDS),
        st.sampled_from(["go", "go", "go", "both", "lost", "skip", "close", "rewind", "recall", "places"]),
        st.sampled_from([False, False, False, True]), st.booleans(),
    ), max_size=120,
)  # fmt: skip


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


def opened(band: bool = False) -> Page:
    return a_page().add(Opened, order=3, place=7, band=band)


def sent() -> Page:
    return add_intent(opened())


ACCEPTED = {"number": 1, "status": 200, "tries": 1, "milliseconds": 5}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: opened().add(Opened, order=4, place=7, band=False),
        lambda: a_page().add(Closed, order=4),
        lambda: add_intent(sent()),
        lambda: opened().add(Accepted, **ACCEPTED),
        lambda: sent().add(Accepted, **ACCEPTED | {"number": 2}),
        lambda: sent().add(Stalled, number=2, cause="refused", status=400, tries=1),
        lambda: sent().add(SetAside, number=2, order=4),
        lambda: opened().add(Changed, order=3),
        lambda: opened().add(Rewound, number=1, order=4),
        lambda: sent().add(Rewound, number=2, order=4),
        lambda: sent().add(Rewound, number=1, order=3),
        lambda: sent().add(SetAside, number=1, order=4).add(Rewound, number=1, order=5),
        lambda: add_intent(opened().add(Closed, order=4)),
        lambda: opened().add(
            Sending, number=2, follows=0, event="alert", id="v100:8", sequence=8, form=1, digest=DIGEST
        ),
        lambda: opened().add(
            Sending, number=1, follows=0, event="alert", id="v100:7", sequence=7, form=1, digest=DIGEST
        ),
        lambda: opened(band=True).add(
            Sending, number=1, follows=0, event="alert", id="v100:8", sequence=8, form=1, digest=DIGEST
        ),
    ],
)
def test_what_does_not_continue_a_line_is_not_written(wrong: Callable[[], Page]) -> None:
    with pytest.raises(ValueError, match=r"."):
        wrong()


def test_a_number_set_aside_is_followed_by_nobody() -> None:
    line = add_intent(add_intent(sent().add(Accepted, **ACCEPTED)).add(SetAside, number=2, order=4)).line
    assert line is not None
    assert line.waiting is not None
    assert (line.waiting.number, line.waiting.follows, line.place) == (3, 1, 9)


def test_behind_a_rewind_what_was_set_aside_is_left_out_and_the_place_is_kept() -> None:
    page = add_intent(sent().add(Accepted, **ACCEPTED)).add(SetAside, number=2, order=4)
    line = add_intent(page).add(Rewound, number=1, order=5).line
    assert line is not None
    assert (line.next_number, line.followed, line.highest, line.place, line.waiting) == (1, 0, 3, 10, None)
    line = add_intent(add_intent(a_page(line=line)).add(Accepted, **ACCEPTED)).line
    assert line is not None
    assert line.waiting is not None
    assert (line.waiting.number, line.waiting.follows) == (3, 1)


def test_a_recall_is_sent_behind_its_alert_or_its_recipient_is_notified_on_another_way() -> None:
    recalled = sent().add(Recalled, order=4, alert_id="v100:8", sequence=8, asked="rectify")
    sends = {"follows": 1, "event": "recall", "id": "x", "form": 1, "digest": DIGEST, "order": 4}
    page = recalled.add(Accepted, **ACCEPTED)
    for wrong in ({"order": 5}, {"sequence": 7}):
        with pytest.raises(ValueError, match="no such recall"):
            a_page(line=page.line).add(Sending, **{"number": 2, "sequence": 8, **sends, **wrong})
    waiting = page.add(Sending, number=2, sequence=8, **sends)
    assert waiting.line is not None
    assert (waiting.line.place, len(waiting.line.recalls)) == (8, 1)
    with pytest.raises(ValueError, match="no such recall"):
        a_page(line=waiting.line).add(Notified, order=6, alert="v100:9")
    line = waiting.add(Notified, order=6, alert="v100:8").line
    assert line is not None
    assert (line.recalls, line.waiting, line.next_number, line.followed, line.set_aside) == (
        (),
        None,
        3,
        1,
        frozenset(),
    )


def test_a_recall_from_before_the_opening_is_heeded_once() -> None:
    line = opened().add(Recalled, order=1, alert_id="v100:9", sequence=9, asked="rectify").add(Late, order=2).line
    assert line is not None
    assert (line.order, line.recalled) == (3, frozenset({1, 2}))
    with pytest.raises(ValueError, match="heeded before"):
        a_page(line=line).add(Recalled, order=1, alert_id="v100:9", sequence=9, asked="rectify")


def test_what_was_set_aside_is_remembered_and_so_is_that_of_the_band() -> None:
    line = sent().add(SetAside, number=1, order=4).line
    assert line is not None
    assert (line.set_aside, line.has_band) == (frozenset({8}), False)
    band = add_intent(opened(band=True))
    accepted = a_page(line=band.line).add(Accepted, **ACCEPTED).line
    assert accepted is not None
    assert (accepted.set_aside, accepted.has_band) == (frozenset(), True)
    skipped = band.add(SetAside, number=1, order=4).line
    assert skipped is not None
    assert (skipped.set_aside, skipped.has_band) == (frozenset(), False)


def test_a_receipt_ends_a_stall_and_a_late_order_changes_nothing_but_that_it_was_heeded() -> None:
    page = sent().add(Stalled, number=1, cause="refused", status=400, tries=3)
    assert page.line is not None
    assert page.line.stalled is not None
    line = page.add(Accepted, **ACCEPTED).add(Late, order=9).line
    assert line is not None
    assert (line.stalled, line.order, line.terms, line.number) == (None, 9, 3, 1)


@pytest.mark.parametrize(("alert", "order"), [(7, 3), (8, 2)])
def test_what_a_line_is_about_must_be_there(alert: int, order: int) -> None:
    ledger = Ledger()
    for value in sent().values:
        ledger.take(value)
    check_reach(ledger, last_alert=8, last_order=3)
    with pytest.raises(Unproved, match="was it recreated"):
        check_reach(ledger, last_alert=alert, last_order=order)


def test_a_place_to_begin_at_may_be_yet_to_come() -> None:
    ledger = Ledger()
    ledger.take(opened().values[0])
    check_reach(ledger, last_alert=2, last_order=3)


@pytest.mark.parametrize("forged", ["json", "chain", "number", "null"])
def test_a_foreign_record_is_passed_over(forged: str) -> None:
    ledger, page = Ledger(), sent()
    for value in page.values:
        assert ledger.take(value) is not None
    before = dict(ledger.lines)
    kind: type[Delivery] = Accepted
    good = a_page(line=page.line).add(kind, **ACCEPTED).values[0]
    values = {
        "json": b"{", "chain": good.replace(b'"previous":"', b'"previous":"f', 1).replace(b'f"', b'"', 1),
        "number": good.replace(b'"number":1', b'"number":2'), "null": None,
    }  # fmt: skip
    assert ledger.take(values[forged]) is None
    assert ledger.lines == before
    assert ledger.take(good) is not None


def test_a_recall_instead_of_another_subscription_moves_no_place_and_comes_once() -> None:
    page = sent().add(Accepted, **ACCEPTED)
    facts = {"order": 4, "alert_id": "v100:99", "sequence": 99, "asked": "erase", "instead_of": "map"}
    page.add(Recalled, **facts)
    assert page.line is not None
    place = page.line.place
    page.add(Sending, number=2, follows=1, event="recall", id="x", sequence=99, order=4, form=1, digest=DIGEST)
    page.add(Accepted, **(ACCEPTED | {"number": 2}))
    assert (page.line.place, page.line.recalls, page.line.erased) == (place, (), frozenset())
    with pytest.raises(ValueError, match="that recall is under way, or was before"):
        page.add(Recalled, **facts)


def test_an_agreement_ends_once_and_goes_on_with_its_place_or_with_the_band() -> None:
    page = sent().add(Ended, number=1)
    assert page.line is not None
    assert (page.line.waiting, page.line.set_aside, page.line.ended) == (None, frozenset({8}), 8)
    with pytest.raises(ValueError, match="it has ended before"):
        page.add(Ended, number=None)
    again = a_page(line=page.line).add(Resumed, order=9).line
    assert again is not None
    assert (again.ended, again.gaps, again.next_band) == (None, (), None)
    with pytest.raises(ValueError, match="the band comes behind what was sent"):
        a_page(line=page.line).add(Resumed, order=9, band=7)
    page.add(Resumed, order=9, band=20)
    assert (page.line.base, page.line.next_band, page.line.past, page.line.place) == (20, 20, ((7, 8),), 20)
    with pytest.raises(ValueError, match="the band comes where it was agreed on"):
        a_page(line=page.line).add(
            Sending, number=2, follows=0, event="alert", id="v100:20", sequence=20, form=1, digest=DIGEST
        )
    page.add(Sending, number=2, follows=0, event="band", id="b", sequence=20, form=1, digest=DIGEST)
    page.add(Accepted, **(ACCEPTED | {"number": 2}))
    assert (page.line.has_band, page.line.next_band) == (True, None)


@given(STEPS, st.integers(1, 40))
def test_a_ledger_that_was_read_from_any_places_on_is_the_whole_one(
    steps: list[tuple[str, str, bool, bool]], first: int
) -> None:
    world = World()
    for one in steps:
        world.step(*one)
    values = [a_foreign_value(), *world.log]
    reader = LedgerReader(WrittenDown([Record(offset, 0, None, value) for offset, value in enumerate(values)]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("delivery.ledger_reader.FIRST_LOOK", first)
        reader.begin(list(world.ledger.lines))
    assert reader.ledger.lines == world.ledger.lines
    assert not reader.ledger.is_tail


def a_foreign_value() -> bytes:
    return b"{}"


def test_places_that_say_otherwise_continue_no_line() -> None:
    page = sent()
    assert page.line is not None
    state = state_of(page.line)
    assert line_at(state, page.line.digest) == page.line
    with pytest.raises(ValueError, match="its places are others"):
        page.add(Places, state=state | {"place": 99})
    page.add(Places, state=state)


def test_places_are_written_once_a_round_by_lines_that_move() -> None:
    now = 0.0
    rounds = Rounds(lambda: now)
    rounds.count(5_000)
    assert not rounds.is_due("desk")
    now = 600.0
    assert [rounds.is_due(name) for name in ("desk", "desk", "map")] == [True, False, True]
    now = 1_200.0
    assert not rounds.is_due("desk")
    rounds.count(1_000)
    assert rounds.is_due("desk")
