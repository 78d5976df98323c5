"""What commands print: a code with what nobody would see of it, and a disk that takes nothing any more."""

import subprocess
import sys
from pathlib import Path

import pytest

from sight.printable import printable_code


@pytest.mark.parametrize(
    ("code", "shown"), [("19C.1.1", "19C.1.1"), ("a b", "a b"), ("a ", "'a '"), (" a", "' a'"), ("a\t", "'a\\t'")]
)
def test_a_code_with_a_space_at_its_edge_is_quoted(code: str, shown: str) -> None:
    assert printable_code(code) == shown


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_output_that_a_full_disk_does_not_take_is_one_line_and_no_traceback() -> None:
    command = [str(Path(sys.executable).with_name("harmwatch")), "completion", "bash"]
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (said.returncode, said.stderr) == (1, "harmwatch: the output cannot be written: No space left on device\n")
