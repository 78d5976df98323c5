"""What goes out together: a number for each alert of a batch, one for a digest; tried again it is the same."""

import asyncio
import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.ledger import Page
from delivery.numbering.body_maker import BodyMaker
from delivery.signing import read_key, signed_headers
from harmwatch_client import Inbox, MemoryPlace, verify_batch
from models.delivery.order import ResumeOrder, RewindOrder, SkipOrder, TermsOrder
from models.delivery.record import Accepted, Delivery, Ended, Gathering, Sending, read_delivery
from models.instants import Micros, format_instant, parse_instant
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.ledger.written import NOW, WHO, Written
from tests.delivery.recalls import a_recall
from tests.delivery.subscribed import SECRET, some_terms
from tests.delivery.test_alert_log import history
from tests.delivery.test_delivery import accepted, in_process, receivers

PEOPLE = ["a", "b", "c", "d"]


class Line:
    """One subscription as its courier writes it, and its receiver; every step may have another courier."""

    def __init__(self, moves: list[str], baseline: bool, **terms: Any) -> None:
        self.events = history(moves, baseline)
        self.written, self.now = Written([]), Micros(parse_instant(NOW))
        self.terms, self.read = some_terms(**terms), list[str]()
        self.inbox, self.orders = Inbox(MemoryPlace()), count()
        self.order(TermsOrder(subscription="desk", terms=self.terms, **WHO))

    @property
    def page(self) -> Page:
        return self.written.pages["desk"]

    def maker(self) -> BodyMaker:
        sent, line = self.written.sent, self.page.line
        assert line is not None
        orders = self.written.orders
        return BodyMaker(self.terms, line.opened, sent.log, orders, self.intents, "v100", self.now_text)

    def now_text(self) -> str:
        return format_instant(self.now)

    def intents(self, _name: str, first: int) -> dict[int, Sending]:
        facts = [fact for fact in map(read_delivery, self.written.values) if isinstance(fact, Sending)]
        return {number: f for f in facts for number in range(max(first, f.number), f.last_number + 1)}

    def order(self, order: Any) -> None:
        self.written.order(order)

    def come(self) -> None:
        if self.events:
            self.written.sent.take(self.events.pop(0))
            self.written.sent.due = self.written.sent.log.last

    def intend(self) -> None:
        page, maker = self.page, self.maker()
        assert page.line is not None
        if page.line.waiting is not None or self.written.sent.log.board is None:
            return
        if (switch := maker.turns.switch(page.line)) is not None:
            page.add(Gathering, on=switch[0], waiting=switch[1])
        found = asyncio.run(maker.next(page.line))
        if found is not None:
            maker.add_intent(page, page.line, found)
        self.written.flush(page)

    def send(self, answers: bool) -> None:
        """Twice by two couriers: the same bytes."""
        line = self.page.line
        if line is None or line.waiting is None:
            return
        body, again = (asyncio.run(self.maker().body_of(line.waiting)) for _ in range(2))
        assert body is not None
        assert body == again
        headers = signed_headers(line.waiting.id, 1, body, [read_key(SECRET)])
        for event in verify_batch(body, headers, [SECRET], now_seconds=1):
            verdict = self.inbox.take(event)
            assert verdict in {"new", "repeat"}
            if verdict == "new":
                self.read += [one["id"] for one in event.data["events"]] if "events" in event.data else [event.id]
                self.inbox.done(event)
        if answers:
            self.page.add(Accepted, number=line.waiting.number, status=204, tries=1, milliseconds=1)
            self.written.flush(self.page)

    def skip(self) -> None:
        line = self.page.line
        if line is not None and line.waiting is not None:
            self.order(SkipOrder(subscription="desk", number=line.waiting.number, **WHO))

    def rewind(self, share: float) -> None:
        line = self.page.line
        if line is not None and line.highest:
            number = max(1, round(share * line.highest))
            self.order(RewindOrder(subscription="desk", number=number, **WHO))


def step(line: Line, act: str, share: float) -> None:
    acts: dict[str, Callable[[], None]] = {
        "come": line.come, "intend": line.intend, "send": lambda: line.send(True), "lost": lambda: line.send(False),
        "skip": line.skip, "rewind": lambda: line.rewind(share),
    }  # fmt: skip
    line.now = Micros(line.now + round(share * 40_000_000))
    acts[act]()


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(PEOPLE), max_size=25), st.booleans(), st.integers(1, 5), st.sampled_from([None, "2/min"]),
    st.lists(
        st.tuples(
            st.sampled_from(["come", "come", "come", "intend", "intend", "send", "send", "lost", "skip", "rewind"]),
            st.floats(0, 1),
        ),
        max_size=60,
    ),
)  # fmt: skip
def test_every_alert_lies_in_one_number_whatever_goes_out_together(
    moves: list[str], baseline: bool, batch: int, capacity: str | None, steps: list[tuple[str, float]]
) -> None:
    line = Line(moves, baseline, batch=batch, capacity=capacity, **{"from": 1})
    for act, share in steps:
        step(line, act, share)
    while line.events:
        line.come()
    while line.written.sent.log.board is not None:
        line.now = Micros(line.now + 3_600_000_000)
        line.intend()
        if line.page.line is None or line.page.line.waiting is None:
            break
        line.send(True)
    verdict = line.written.verdict()
    assert (verdict.faults, verdict.held_back, verdict.unsent) == ((), (), 0)
    assert len(line.read) == len(set(line.read))
    if not any(act in {"skip"} for act, _ in steps):
        sent = line.written.sent
        first = sent.log.first
        assert line.read == [
            event.id for at in range(first, sent.log.last + 1) if (event := sent.event(at)) is not None
        ]


def a_batch_and_a_digest() -> Written:
    """Numbers 1 to 3 are a batch of three, number 4 is a digest of the other four."""
    line = Line(["a", "b", "a", "c", "b", "a", "c"], False, batch=3, **{"from": 1})
    for _ in range(7):
        line.come()
    line.intend()
    line.send(True)
    line.terms = some_terms(capacity="1/h", **{"from": 1})
    line.intend()
    line.send(True)
    return line.written


def test_what_goes_out_together_is_named_by_its_numbers() -> None:
    written = a_batch_and_a_digest()
    facts = [fact for fact in map(read_delivery, written.values) if fact is not None]
    sent = [fact for fact in facts if isinstance(fact, Sending)]
    assert [(one.event, one.id, one.number, one.last, one.sequences) for one in sent] == [
        ("batch", "v100:desk:1-3", 1, 3, (1, 2, 3)), ("digest", "v100:desk:4-4", 4, None, (4, 5, 6, 7)),
    ]  # fmt: skip
    assert [(one.on, one.waiting) for one in facts if isinstance(one, Gathering)] == [(True, 4)]
    assert (written.verdict().numbers, written.verdict().receipts, written.verdict().faults) == (4, 4, ())


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"sequences": (4, 5, 7)}, "alert 6 was never sent: number 4 tells 7"),
        ({"sequences": (3, 4, 5, 6, 7)}, "number 4 tells alert 3, which was sent under another number or before"),
        ({"sequences": (4, 5, 6, 99)}, "number 4 tells v100:desk:4-4, which is not there"),
        ({"id": "v100:desk:4-5"}, "number 4 is named v100:desk:4-5, and tells v100:desk:4-4"),
        ({"event": "batch", "last": 6}, "numbers 4 to 6 tell 4 alerts"),
    ],
)
def test_a_composition_that_was_changed_is_named(changes: dict[str, Any], fault: str) -> None:
    written = a_batch_and_a_digest()
    facts: list[Delivery] = [fact for fact in map(read_delivery, written.values) if fact is not None]
    at = next(at for at, fact in enumerate(facts) if isinstance(fact, Sending) and fact.number == 4)
    values = [*written.values]
    told = json.loads(values[at]) | changes
    values[at] = json.dumps(told).encode()
    assert any(fault in one for one in written.verdict(values).faults), written.verdict(values).faults


def test_going_back_into_a_batch_sends_what_is_left_of_it_and_was_not_set_aside() -> None:
    line = Line(["a", "b", "c", "d"], False, batch=3, **{"from": 1})
    for _ in range(4):
        line.come()
    for share, numbers, is_skipped in ((0.0, (1, 3), False), (0.67, (2, 3), True), (0.33, (1, 1), False)):
        if line.page.line is not None and line.page.line.highest:
            line.order(RewindOrder(subscription="desk", number=round(share * 3), **WHO))
        line.intend()
        assert line.page.line is not None
        waiting = line.page.line.waiting
        assert waiting is not None
        assert (waiting.number, waiting.last_number) == numbers
        line.send(not is_skipped)
        if is_skipped:
            line.skip()
    line.intend()
    line.send(True)
    assert (line.read, line.written.verdict().faults) == (["v100:1", "v100:2", "v100:3", "v100:4"], ())


def with_a_batch_that_its_end_set_aside() -> Line:
    """Alert 1 is accepted; 2 to 4 wait as a batch when the agreement ends, and 3 ends the stay that 1 begins."""
    line = Line(["a", "b", "a", "c"], False, batch=3, **{"from": 1})
    line.come()
    line.intend()
    line.send(True)
    for _ in range(3):
        line.come()
    line.intend()
    ends = line.terms.model_copy(update={"until": "2025-12-31T00:00:00Z"})
    line.order(TermsOrder(subscription="desk", terms=ends, **WHO))
    line.written.flush(line.page.add(Ended, number=2))
    return line


def test_an_end_in_a_batch_that_is_set_aside_when_the_agreement_ends_goes_out_by_itself() -> None:
    line = with_a_batch_that_its_end_set_aside()
    assert line.written.verdict().unsent == 1
    line.intend()
    line.send(True)
    line.intend()
    assert line.page.line is not None
    assert (line.page.line.waiting, line.read) == (None, ["v100:1", "v100:3"])
    assert (line.written.verdict().faults, line.written.verdict().unsent) == ((), 0)


def test_what_was_set_aside_in_a_batch_is_recalled_and_is_not_sent_when_it_goes_on() -> None:
    """Its receiver may have taken it without saying so."""
    line = with_a_batch_that_its_end_set_aside()
    line.order(a_recall(4))
    assert line.page.line is not None
    assert [one.sequence for one in line.page.line.due_recalls] == [4]
    again = line.terms.model_copy(update={"until": None})
    line.order(TermsOrder(subscription="desk", terms=again, **WHO))
    line.order(ResumeOrder(subscription="desk", begin="place", **WHO))
    for _ in range(4):
        line.intend()
        line.send(True)
    assert line.read == ["v100:1", "v100:recall:2", "v100:3"]
    assert (line.written.verdict().faults, line.written.verdict().unsent) == ((), 0)


@pytest.mark.stack
def test_what_waits_goes_out_together_and_is_the_same_once_more(
    delivering: Delivering,
) -> None:
    published = delivering.published

    async def test() -> None:
        async with receivers([503, 204], [204]) as (batched, governed):
            published.enter(*range(1, 8))
            delivering.subscribe(
                {"id": "batched", "url": batched.url, "from": 1, "batch": 5},
                {"id": "governed", "url": governed.url, "from": 1, "capacity": "2/h"},
            )
            async with in_process(delivering):
                await accepted(delivering, "batched", 6)
                await accepted(delivering, "governed", 1)
        first, again, rest = batched.received
        assert first.body == again.body
        assert [one["deliverynumber"] for one in json.loads(first.body)] == [1, 2, 3, 4, 5]
        assert first.headers["content-type"].startswith("application/cloudevents-batch+json")
        assert [one["deliverynumber"] for one in json.loads(rest.body)] == [6, 7]
        (digest,) = governed.received
        assert digest.event["type"] == "harmwatch.delivery.digest"
        assert [one["id"] for one in digest.event["data"]["events"]] == [f"v100:{at}" for at in range(1, 8)]

    asyncio.run(test())
    assert [fact.on for fact in facts_of(delivering) if isinstance(fact, Gathering)] == [True]
    rows = delivering.json("deliveries", "list", "--alert", "v100:4")["deliveries"]
    assert [(row["subscription"], row["number"], row["last_number"]) for row in rows] == [
        ("batched", 1, 5), ("governed", 1, 1),
    ]  # fmt: skip
    assert all(delivering.json("deliveries", "show", name, "1")["body_is_the_same"] for name in ("batched", "governed"))
