"""What verify answers: of a whole history, of a part of one, and of one with a fault and strangers' records."""

from dataclasses import replace
from pathlib import Path

from audit.verify.outcome import LiveRange, Outcome, Span, VerificationRequest
from audit.verify.verification import Verification
from cli.audit.verify_document import render_verify, verify_document
from models.record import Record
from models.topics import ALERTS, JOURNAL
from tests.audit.golden.history import GoldenHistory
from tests.cli.answers.answer import GOLDEN, Answer, Answers, answer

_END = len(GOLDEN.topics[JOURNAL])


def finished(outcome: Outcome, certificate: Path | None, seconds: float) -> Answer:
    return answer(verify_document(outcome, certificate, seconds), render_verify)


def whole() -> Answer:
    return finished(Verification(GOLDEN.open_reader).run(), Path("certificate.json"), 1.23456)


def part_with_live_board() -> Answer:
    outcome = Verification(GOLDEN.open_reader, VerificationRequest(Span(9, 12))).run()
    return finished(replace(outcome, live=LiveRange(12, (7, 9))), None, 0.25)


def tampered() -> Answer:
    """The newest alert was changed, and somebody has written two records to the journal."""
    history = GoldenHistory(GOLDEN.folder)
    *alerts, last = GOLDEN.topics[ALERTS]
    changed = last._replace(value=(last.value or b"").replace(b'"rank":', b'"rank" :'))
    strangers = [Record(_END + number, last.timestamp_ms, b"x", b"{}", []) for number in (0, 1)]
    history.__dict__["topics"] = {
        **GOLDEN.topics, ALERTS: [*alerts, changed], JOURNAL: [*GOLDEN.topics[JOURNAL], *strangers]
    }  # fmt: skip
    return finished(
        Verification(history.open_reader, VerificationRequest(passed_over=[(JOURNAL.name, _END)])).run(), None, 0.5
    )


ANSWERS: Answers = {"verify_ok": whole, "verify_part": part_with_live_board, "verify_faults": tampered}
