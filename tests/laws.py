"""The laws of docs/laws.md, and the test that holds each."""

import re
from pathlib import Path

_PAGE = (Path(__file__).parents[1] / "docs" / "laws.md").read_text("utf-8")
LAWS = re.findall(r"^- \*\*(.+?)\.\*\*", _PAGE, re.MULTILINE)
HELD = dict(re.findall(r"^- \*\*(.+?)\.\*\*(?:(?!^- ).|\n(?!- ))*?^  `(tests/\S+)`$", _PAGE, re.MULTILINE))
