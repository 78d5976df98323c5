"""What is untouched is verified, as a whole and in parts."""

import pytest

from audit.verify.verification import Span, Verification
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL
from tests.audit.history import History

pytestmark = pytest.mark.stack


def test_an_untouched_history_is_verified_and_has_what_the_tamperings_need(history: History) -> None:
    verification = history.verify("clean")
    assert verification.faults.listed == []
    assert verification.entries == len(history.items[JOURNAL]) >= 20
    assert verification.alerts.count == len(history.items[ALERTS]) >= 30
    assert verification.letters.count == len(history.items[DEAD_LETTERS]) >= 10
    kinds = [item.content["kind"] for item in history.items[JOURNAL]]
    assert kinds.count("policy") == 1
    assert "recovery" in kinds
    assert len(verification.replay.inputs.covered) == 2


@pytest.mark.parametrize("span", [Span(1, 12), Span(13), Span(20, 20)])
def test_a_part_of_a_history_is_verified(history: History, span: Span) -> None:
    verification = history.verify("clean", span)
    assert verification.faults.listed == []
    assert verification.entries == (span.last or len(history.items[JOURNAL])) - span.first + 1


def test_what_is_published_while_verify_works_is_no_fault(history: History) -> None:
    journal, half = history.items[JOURNAL], len(history.items[JOURNAL]) // 2
    history.write({"growing": {JOURNAL: journal[:half]}})
    verification = Verification(history.opened("growing"), None)
    history.append("growing", JOURNAL, journal[half:])
    list(verification.run())
    assert verification.faults.listed == []
    assert verification.entries == half
