"""`python -m handbook.terminal`: runs the demo and writes what it said as a picture, docs/demo.svg."""

import io
import re
import subprocess
import sys
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parents[1] / "docs" / "demo.svg"
COLUMNS = 112
_STYLES = {
    r"^\$ .*": "bold",
    r"\b(entered|verified)\b": "bold green",
    r"\bleft\b": "yellow",
    r"\b\d[\d.]* days\b": "cyan",
    r"\d{4}-\d\d-\d\dT[\d:.]+Z": "bright_black",
    r"^Alert [^:]+:\d+": "bold",
}
_LIVE = re.compile(r"^  \d{4}.* the band, ")
_LIVE_LINES_SHOWN = 2


def picture(said: str) -> str:
    """The SVG of what a terminal shows; it loads no font, the reader's own is used."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for line in _shortened(said).splitlines():
        text = Text(line)
        for pattern, style in _STYLES.items():
            text.highlight_regex(pattern, style)
        console.print(text)
    without_fonts = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(title="harmwatch demo", code_format=without_fonts, unique_id="demo")


def _shortened(said: str) -> str:
    """All of it, but of the alerts that pass by only the first and the last ones."""
    lines = said.splitlines()
    live = [number for number, line in enumerate(lines) if _LIVE.match(line)]
    hidden = set(live[_LIVE_LINES_SHOWN:-_LIVE_LINES_SHOWN])
    if hidden:
        lines[min(hidden)] = f"  ... {len(hidden)} more"
        hidden.remove(min(hidden))
    return "\n".join(line for number, line in enumerate(lines) if number not in hidden)


if __name__ == "__main__":
    program = Path(sys.executable).with_name("harmwatch")
    done = subprocess.run([program, "demo"], stdout=subprocess.PIPE, text=True, check=True)
    PICTURE.write_text(picture("$ harmwatch demo\n" + done.stdout), "utf-8")
