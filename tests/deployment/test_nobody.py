"""In the image the user has a number and no name."""

import os
import subprocess
import sys

import pytest

from tests.deployment.dockerfile import ROOT, stages

BECOME_NOBODY = """
import os
from cli.deadletters.redrive import operator
os.environ.clear()
os.setuid({number})
print(operator())
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_what_nobody_does_is_recorded_under_their_number() -> None:
    (user,) = [instruction.text for instruction in stages()[-1] if instruction.word == "USER"]
    number = user.partition(":")[0]
    done = subprocess.run(
        [sys.executable, "-c", BECOME_NOBODY.format(number=number)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout == f"uid {number}\n", done.stderr
