"""The messages of docs/troubleshooting.md, and whether what a command says is one of them."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.end_to_end.installation import HARMWATCH, ROOT
from tests.end_to_end.operator.test_demo import ENVIRONMENT

DOCUMENT = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
MESSAGES: list[str] = re.findall(r"^\| `(.*?)` \|", DOCUMENT, re.MULTILINE)
PATIENCE_SECONDS = 120
DIFFERS = ("FILE", "FOLDER", "NAMES", "NAME", "FIELD", "TEXT", "FORMAT", "CODE", "POLICY", "ADDRESS", "REASON", "JAVA",
           "PYTHON", "VERSION", "N", "M", "ROOM", "PLACE", "SETTING", "RIGHTS", "USER", "MECHANISM")  # fmt: skip
"""What stands in the messages for something that differs."""

PLACEHOLDER = re.compile(rf"(?<![A-Z_])(?:{'|'.join(DIFFERS)})(?![A-Z_=])")


def said_as_documented(start: str, said: str) -> None:
    """The documented message that begins so was said, word for word but for what differs."""
    (message,) = (message for message in MESSAGES if message.startswith(start))
    pattern = ".+".join(map(re.escape, PLACEHOLDER.split(message)))
    assert re.search(pattern, said), f"{pattern}\n{said}"
    assert "Traceback" not in said


def run(words: Sequence[str], code: int, changes: Mapping[str, str] | None = None, cwd: Path = ROOT) -> str:
    """What a command says on both streams; `changes` are of its environment."""
    done = subprocess.run(
        [*HARMWATCH, *words],
        env=ENVIRONMENT | dict(changes or {}),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def without(folder: Path, *packages: str) -> Mapping[str, str]:
    """An environment in which these packages cannot be imported."""
    for package in packages:
        (folder / f"{package}.py").write_text(f"raise ImportError('no {package}')\n")
    return {"PYTHONPATH": str(folder)}
