"""A page of the docs as somebody follows it: its commands are typed, and what it announces is looked for."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def announced(page: Path) -> list[re.Pattern[str]]:
    """Every line that the page says will be seen; `...` stands for anything."""
    lines = [line.strip() for block in blocks(page, "text") for line in block.splitlines() if line.strip()]
    return [re.compile(re.escape(line).replace(r"\.\.\.", ".*")) for line in lines]


def environment(**settings: str) -> dict[str, str]:
    """Ours, with harmwatch in reach, and no settings but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}
    return {**kept, "PATH": f"{Path(sys.executable).parent}:{kept['PATH']}", **settings}


def furnish(folder: Path) -> Path:
    """A folder with what the pages use of a clone."""
    shutil.copytree(ROOT / "policies", folder / "policies")
    shutil.copytree(DOCS / "tutorial", folder / "docs" / "tutorial")
    return folder


def follow(page: Path, folder: Path, settings: Mapping[str, str], seconds: float = 240) -> str:
    """Types every command of a page into one shell; what was seen, and nothing that it started is left."""
    with subprocess.Popen(
        ["bash"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(**settings),
        cwd=folder,
        start_new_session=True,
    ) as shell:
        try:
            typed = "".join(blocks(page, "bash")) + "kill $(jobs -p) 2> /dev/null\n"
            seen, _ = shell.communicate(typed.encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            raise
    return seen.decode()


def missing_in(seen: str, page: Path) -> list[str]:
    """The lines that were announced and not seen."""
    return [line.pattern for line in announced(page) if not line.search(seen)]
