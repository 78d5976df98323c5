"""The last line of a file that is no row: `Total rows: 1,234`, as the mapping says it is written."""

import re
from collections.abc import Iterator

from intake.files.cells import TextLine

_PARTS = re.compile(r"(\{rows\}|\*|\s+)")
_PATTERNS = {"{rows}": r"(?P<rows>[0-9][0-9.,' ]*)", "*": ".*"}


class Trailer:
    """Takes the trailer out of the lines or rows, wherever nothing but blank ones follows it."""

    def __init__(self, shape: str) -> None:
        self._shape = shape
        parts = (r"\s*" if part.isspace() else _PATTERNS.get(part, re.escape(part)) for part in _PARTS.split(shape))
        self._like = re.compile("".join(parts), re.IGNORECASE)
        self._found: re.Match[str] | None = None

    def match(self, text: str, around: str = "") -> bool:
        """Whether a line is built like it; `around` are letters at its ends that mean nothing."""
        self._found = self._like.fullmatch(text.strip(f' "\t{around}'))
        return self._found is not None

    def cut_off(self, lines: Iterator[TextLine], delimiter: str) -> Iterator[TextLine]:
        """The lines before it."""
        held: list[TextLine] = []
        for line in lines:
            if held and (line.error is not None or line.text.strip()):
                yield from held
                held, self._found = [], None
            if held or (line.error is None and line.text.strip() and self.match(line.text, delimiter)):
                held.append(line)
            else:
                yield line

    def fault(self, rows: int) -> str | None:
        """What is wrong with the file, if `rows` rows were before it."""
        if self._found is None:
            return f"the trailer ({self._shape}) is missing: the file was cut, or ends otherwise than the mapping says"
        count_text = self._found.groupdict().get("rows")
        count = int(re.sub(r"\D", "", count_text)) if count_text else rows
        if count != rows:
            return f"the trailer tells of {count:,} rows, and there are {rows:,}: the file was cut or changed"
        return None
