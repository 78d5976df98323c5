"""Workers with other limits than the shipped ones, beside an installation that is spoken to by the command line."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.crash.harmed_worker import HARM_VARIABLE, LIMITS_VARIABLE
from tests.end_to_end.installation import ROOT, Installation


@contextmanager
def limited_worker(
    installation: Installation, said: Path, harm: str | None = None, /, **limits: float
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker for as long as the block; what it says is in `said`."""
    given = {LIMITS_VARIABLE: json.dumps(limits)} | ({HARM_VARIABLE: harm} if harm else {})
    command = [sys.executable, "-m", "tests.crash.harmed_worker"]
    with said.open("wb") as errors:
        worker = subprocess.Popen(command, env=installation.environment | given, cwd=ROOT, stderr=errors)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()
