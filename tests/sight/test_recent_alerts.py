"""The newest alerts as each look shows them: nothing of an erased person is kept in clear."""

from pathlib import Path

from models.alert import wire_bytes
from sight.opening import CLOSED, UnsealedAlerts
from sight.recent_alerts import ALERTS_KEPT, RecentAlerts
from tests.console.views import an_alert
from tests.state.boards import a_report
from tests.streams.sealed_board import Sealed


def test_who_is_erased_is_gone_at_the_next_look(tmp_path: Path) -> None:
    board, recent = Sealed(tmp_path), RecentAlerts()
    in_clear = UnsealedAlerts(board.keys)
    for number, who in enumerate("ab", 1):
        board.tell(a_report(who, 30, offence_id=who))
        recent.add(wire_bytes(board.alerts[number]))
    assert [alert.offender_id for alert in recent.opened(in_clear)] == ["a", "b"]
    board.erase("a")
    assert [alert.offender_id for alert in recent.opened(in_clear)] == [CLOSED, "b"]


def test_the_newest_are_kept_and_what_is_no_alert_is_passed_over() -> None:
    recent = RecentAlerts()
    for number in range(1, ALERTS_KEPT + 3):
        recent.add(wire_bytes(an_alert(number)))
        for value in (None, b"", b'{"alert_id":1}', b'{"first_sequence":1}'):
            recent.add(value)
    kept = [alert.sequence for alert in recent.opened(UnsealedAlerts(None))]
    assert kept == list(range(3, ALERTS_KEPT + 3))
