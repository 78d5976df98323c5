"""What is untouched is verified, as a whole and in parts."""

import pytest

from audit.verify.outcome import Span
from audit.verify.verification import Verification
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL
from tests.audit.history import History

pytestmark = pytest.mark.stack


def test_an_untouched_history_is_verified_and_has_what_the_tamperings_need(history: History) -> None:
    result = history.verify("clean")
    assert result.faults.listed == ()
    assert result.entries == len(history.items[JOURNAL]) >= 20
    assert result.alerts.count == len(history.items[ALERTS]) >= 30
    assert result.letters == len(history.items[DEAD_LETTERS]) >= 10
    kinds = [item.content["kind"] for item in history.items[JOURNAL]]
    assert kinds.count("policy") == 1
    assert "recovery" in kinds
    assert len(result.inputs) == 2


@pytest.mark.parametrize("span", [Span(1, 12), Span(13), Span(20, 20)])
def test_a_part_of_a_history_is_verified(history: History, span: Span) -> None:
    result = history.verify("clean", span)
    assert result.faults.listed == ()
    assert result.entries == (span.last or len(history.items[JOURNAL])) - span.first + 1


def test_what_is_published_while_verify_works_is_no_fault(history: History) -> None:
    journal, half = history.items[JOURNAL], len(history.items[JOURNAL]) // 2
    history.write({"growing": {JOURNAL: journal[:half]}})
    verification = Verification(history.opened("growing"))
    history.append("growing", JOURNAL, journal[half:])
    result = verification.run()
    assert result.faults.listed == ()
    assert result.entries == half
