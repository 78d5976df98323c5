"""The desk of a console: made once for each change, and who asks for it waits for nobody."""

import threading
from collections.abc import Iterator

import pytest

from console.stays.live_desk import DeskState, LiveDesk
from harmwatch_client import Event
from harmwatch_client.event import read_event
from models.alert import Alert, CauseOut
from models.instants import Micros
from models.journal.transition import CauseKind, Move
from models.token import Token
from tests.console.views import an_alert


def entered(sequence: int) -> Event:
    return event_of(an_alert(sequence))


def event_of(alert: Alert) -> Event:
    headers = {"ce_type": f"harmwatch.band.{alert.transition}", "ce_id": alert.alert_id, "ce_source": "/harmwatch/v100"}
    event = read_event([(name, told.encode()) for name, told in headers.items()], alert.model_dump_json().encode(), 0)
    assert event is not None
    return event


class Slow(list[Event]):
    """Events in the midst of which somebody asks."""

    def __init__(self, desk: LiveDesk, *events: Event) -> None:
        super().__init__(events)
        self.desk, self.seen = desk, list[DeskState]()

    def __iter__(self) -> Iterator[Event]:
        for event in super().__iter__():
            yield event
            asking = threading.Thread(target=lambda: self.seen.append(self.desk.state()), daemon=True)
            asking.start()
            asking.join(20)


def test_who_asks_while_alerts_are_taken_has_the_desk_before_them_at_once() -> None:
    desk = LiveDesk("v100")
    desk.take([entered(1)], [])
    told = Slow(desk, entered(2), entered(3))
    desk.take(told, [])
    assert [list(state.desk.stays) for state in told.seen] == [[1], [1]]
    assert list(desk.state().desk.stays) == list(desk.state().entrances) == [1, 2, 3]


def test_nothing_is_copied_for_who_asks() -> None:
    desk = LiveDesk("v100")
    desk.take([entered(number) for number in range(1, 6)], [])
    first, second = desk.state(), desk.state(Micros(desk.state().desk.at + 1))
    assert first.desk is desk.state().desk
    assert first.entrances is second.entrances
    assert first.desk.stays is second.desk.stays
    assert second.desk.at == first.desk.at + 1


@pytest.mark.parametrize("of", ["their own", "another's"])
def test_who_was_corrected_out_is_known_live_as_it_is_months_later_also_on_a_sealed_board(of: str) -> None:
    person, same, other = (Token(key * 32, text * 17).text for key, text in (("a", b"x"), ("a", b"y"), ("b", b"y")))
    desk = LiveDesk("v100")
    cause = CauseOut(
        kind=CauseKind.WITHDRAWAL, event_id="e", offence_id="o", offender_id=same if of == "their own" else other
    )
    left = an_alert(2, transition=Move.LEFT, offender_id=person, cause=cause)
    desk.take([event_of(an_alert(1, offender_id=person)), event_of(left)], [])
    assert desk.state().desk.stays[1].left_by_correction is (of == "their own")
