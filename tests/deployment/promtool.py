"""Prometheus' own tool, as a machine has it or `.ci/run` has unpacked it."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.conftest import missing

ROOT = Path(__file__).parents[2]
_UNPACKED = ROOT / "build" / "prometheus" / "usr" / "bin" / "promtool"


def promtool(*words: str, typed: str | None = None, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs it; where there is none the test skips, and in CI fails."""
    found = shutil.which("promtool") or (str(_UNPACKED) if _UNPACKED.exists() else None)
    if found is None:
        missing("promtool (apt-get install prometheus)")
    command: Sequence[str] = [found, *words]
    return subprocess.run(command, input=typed, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
