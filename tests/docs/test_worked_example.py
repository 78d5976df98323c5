"""The worked example of the audit runs as it is printed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.thorough]
AUDIT = Path(__file__).parents[2] / "docs" / "audit.md"


def test_the_worked_example_runs_and_says_what_it_announces(stack_environment: dict[str, str], tmp_path: Path) -> None:
    script = re.findall(r"```bash\n(.*?)```", AUDIT.read_text("utf-8"), re.DOTALL)[0]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}
    environment = {**kept, **stack_environment, "PATH": f"{Path(sys.executable).parent}:{kept['PATH']}"}
    done = subprocess.run(
        ["bash", "-e", "-c", script], env=environment, cwd=tmp_path, capture_output=True, timeout=240, check=False
    )
    said = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == 0, said
    for text in (
        "verified: ",
        "The certificate holds",
        "The proof holds: alert v100:100",
        "one of them was changed",
        "alert v100:900000 is not accounted for by the journal",
    ):
        assert text in said
    assert "Traceback" not in said
