"""What verify answers: of a whole history, of a part of one, and of one with a fault and strangers' records."""

from pathlib import Path

from audit.verify.live_board import LiveBoard
from audit.verify.outcome import Span, VerificationRequest
from audit.verify.verification import Verification
from cli.audit.verify_document import render_verify, verify_document
from models.record import Record
from models.topics import ALERTS, JOURNAL
from tests.audit.golden.history import GoldenHistory
from tests.cli.answers.answer import GOLDEN, Answer, Answers, answer

_END = len(GOLDEN.topics[JOURNAL])


def finished(verification: Verification, certificate: Path | None, seconds: float) -> Answer:
    return answer(verify_document(verification.run(), certificate, seconds), render_verify)


def whole() -> Answer:
    return finished(Verification(GOLDEN.open_reader), Path("certificate.json"), 1.23456)


def part_with_live_board() -> Answer:
    live = LiveBoard()
    live.entries, live.rows = (7, 9), 12
    return finished(Verification(GOLDEN.open_reader, VerificationRequest(Span(9, 12), live=live)), None, 0.25)


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
        Verification(history.open_reader, VerificationRequest(passed_over=[(JOURNAL.name, _END)])), None, 0.5
    )


ANSWERS: Answers = {"verify_ok": whole, "verify_part": part_with_live_board, "verify_faults": tampered}
