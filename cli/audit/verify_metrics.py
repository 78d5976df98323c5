"""What a verification tells Prometheus: a file for the textfile collector of its node exporter."""

import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, write_to_textfile

from cli.audit.verify_document import VerifyDocument
from models.errors import WrongUse
from runtime.metrics.meters import Gauges, Sample


def write_metrics(file: Path, board: str, document: VerifyDocument) -> None:
    """Writes the whole file or leaves the one that is there. Raises WrongUse where it cannot be written."""
    registry = CollectorRegistry()
    registry.register(Gauges(board, lambda: _samples(document)))
    try:
        write_to_textfile(str(file), registry)
    except OSError as error:
        raise WrongUse(f"{file} cannot be written: {error.strerror}") from error


def _samples(document: VerifyDocument) -> Iterator[Sample]:
    yield "verify_timestamp_seconds", {}, time.time()
    yield "verify_ok", {}, document.ok
    yield "verify_faults", {}, document.fault_count
    yield "verify_foreign_records", {}, document.unseen
