"""Places: a line that is read from them on is the whole one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.ledger import Ledger, Page
from delivery.ledger_reader import LedgerReader, ours
from delivery.numbering.places import Rounds, line_at, state_of
from models.canonical import canonical_json
from models.delivery.record import Accepted, Delivery, Places, value_digest
from models.errors import Unproved
from models.record import Record
from tests.audit.golden.history import WrittenDown
from tests.delivery.ledger.pages import NOW, sent
from tests.delivery.ledger.world import STEPS, World


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


@pytest.mark.parametrize("read_from", [0, 1])
def test_places_of_another_version_continue_the_line(read_from: int) -> None:
    """An earlier one knew fewer fields, a later one knows more: else every record behind them would be foreign."""
    page = sent()
    assert page.line is not None
    state = state_of(page.line)
    assert state["waiting"] is not None
    waiting = {name: value for name, value in state["waiting"].items() if name not in {"sequences", "paced_until"}}
    fewer = {name: value for name, value in state.items() if name not in {"stood_in", "gathering"}}
    other = fewer | {"waiting": waiting | {"colour": "red"}, "a_later_field": {"x": [1]}}
    page.values.append(other_version(page, Places, state=other))
    values = [*page.values, other_version(page, Accepted, number=1, status=204, tries=1, milliseconds=1)]
    reader = LedgerReader(WrittenDown([Record(offset, 0, None, value) for offset, value in enumerate(values)]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("delivery.ledger_reader.FIRST_LOOK", 2 if read_from else 100)
        patch.setattr("delivery.numbering.places.LATER", frozenset({"stood_in", "gathering"}))
        reader.begin(["desk"])
    line = reader.ledger.lines["desk"]
    assert (line.number, line.waiting, line.opened) == (1, None, page.line.opened)


def other_version(page: Page, kind: type[Delivery], **facts: Any) -> bytes:
    """A record behind the page's last one, with a field that this version does not know."""
    record = kind(subscription="desk", at=NOW, previous=value_digest(page.values[-1]), **facts)
    return canonical_json(record.model_dump() | {"a_later_field": None})


@pytest.mark.parametrize("told", [{"kind": "a_later_kind"}, {"kind": "sending", "event": "a_later_event", "number": 2}])
def test_a_line_that_a_later_version_goes_on_with_is_not_begun_before_it(told: dict[str, Any]) -> None:
    """Passed over, what was sent since would be sent once more. What continues no line stops nobody."""
    page = sent()
    links = {"subscription": "desk", "at": NOW, "previous": value_digest(page.values[-1])}
    values = [*page.values, canonical_json(links | told | {"previous": "a" * 64}), canonical_json(links | told)]
    records = [Record(offset, 0, None, value) for offset, value in enumerate(values)]
    LedgerReader(WrittenDown(records[:-1])).begin(["desk"])
    with pytest.raises(Unproved, match=r"offset 3 of deliveries\.v1 was written by a later version"):
        LedgerReader(WrittenDown(records)).begin(["desk"])
    with pytest.raises(Unproved, match="later version"):
        list(ours(Ledger(), iter(records)))


@pytest.mark.parametrize("field", ["place", "number", "waiting", "recalled"])
def test_places_that_say_otherwise_are_foreign_whatever_their_version(field: str) -> None:
    page = sent()
    assert page.line is not None
    state = state_of(page.line)
    wrong = {"place": 99, "number": 7, "waiting": None, "recalled": [3]}
    with pytest.raises(ValueError, match="its places are others"):
        page.add(Places, state=state | {field: wrong[field], "a_later_field": 1})


def test_places_that_leave_out_what_every_version_knew_are_none() -> None:
    page = sent()
    assert page.line is not None
    state = state_of(page.line)
    with pytest.raises(ValueError, match="they say nothing of set_aside"):
        page.add(Places, state={name: value for name, value in state.items() if name != "set_aside"})


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


class Trimmed(WrittenDown):
    """The first records are gone."""

    def __init__(self, values: list[bytes], first: int) -> None:
        super().__init__([Record(offset, 0, None, value) for offset, value in enumerate(values)])
        self._first = first

    def beginning(self) -> int:
        return self._first


def test_of_a_topic_whose_beginning_is_gone_what_has_places_is_read() -> None:
    """A subscription that nothing says anything of has yet to begin."""
    page = sent().add_places()
    reader = LedgerReader(Trimmed(page.values, 1))
    reader.begin(["desk", "new"])
    assert reader.ledger.lines == {"desk": page.line}


def test_a_line_without_its_beginning_and_without_places_is_not_begun_again() -> None:
    reader = LedgerReader(Trimmed(sent().values, 1))
    with pytest.raises(Unproved, match=r"desk: .* begins at offset 1, and nothing there says how far it is"):
        reader.begin(["desk"])
