"""What a verification tells Prometheus: a record that a person has passed over wakes nobody any more."""

from pathlib import Path

from cli.audit.verify_document import VerifyDocument
from cli.audit.verify_metrics import write_metrics
from tests.cli.answers.of_audits import tampered
from tests.end_to_end.scraped import series, value


def test_a_foreign_record_that_a_person_has_passed_over_is_reported_no_more(tmp_path: Path) -> None:
    """Two strangers' records, of which one was passed over, beside a fault."""
    document, _ = tampered()
    assert isinstance(document, VerifyDocument)
    write_metrics(tmp_path / "verify.prom", "v100", document)
    told = series((tmp_path / "verify.prom").read_text())
    assert document.foreign_count == 2
    assert value(told, "verify_foreign_records") == 1
