"""What a person should look at in a file, although every row of it can be sent."""

import re
from collections import Counter
from dataclasses import dataclass, field

from intake.line import Line
from intake.revisions import PlacedReport, Standing
from models.decode import Report
from models.instants import EARLIEST

EXAMPLES = 3

_SEPARATOR = re.compile(r"[;,|\n]| [/&+] | and | und | et | y | e ")
_TIGHT_SEPARATOR = re.compile(r"[/&+ ]")
_ANY_SEPARATOR = re.compile(r"[;,|\n/&+ ]")
_LETTERS = re.compile(r"[^\W\d_]+")
# Two to five words of letters, with a comma or initials among them; nothing that a system would give as a number.
_NAME = re.compile(r"[^\W\d_][^\W\d_'\u2019.-]+(?:(?:, ?| )[^\W\d_][^\W\d_'\u2019.-]*\.?){1,4}")
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Notice:
    """One kind of thing that was noticed, how often, and where first."""

    kind: str
    rows: int = 0
    other_code: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, line: Line, what: str) -> None:
        """One row more."""
        self.rows += 1
        if len(self.first) < EXAMPLES:
            self.first.append(f"{line.file}:{line.number}: {what}")


class Notices:
    """Looks at every record that would be sent."""

    def __init__(self) -> None:
        self._found: dict[str, Notice] = {}
        self._latest = EARLIEST
        self.standings: Counter[Standing] = Counter()
        """How many records are new, replace one, are known already, and so on."""

    def look(self, line: Line, report: Report, placed: PlacedReport) -> None:
        """Takes in one of them."""
        self.standings[placed.standing] += 1
        if report.recorded_at < self._latest:
            self._notice("out_of_order").add(line, f"offence {report.offence_id!r} of {report.offender_id!r}")
        else:
            self._latest = report.recorded_at
        if _NAME.fullmatch(report.offender_id):
            self._notice("looks_like_a_name").add(line, "its offender_id")
        elif separator_in(report.offender_id) is not None:
            self._notice("several_persons").add(line, f"{report.offender_id!r}")
        if placed.standing is not Standing.NEW:
            kind = placed.standing + ("_topic" if placed.of_topic else "_row")
            notice = self._notice(kind)
            notice.add(line, f"offence {report.offence_id!r} of {report.offender_id!r}, revision {report.revision}")
            notice.other_code += placed.other_code

    def all(self) -> list[Notice]:
        """Everything that was noticed."""
        return list(self._found.values())

    def _notice(self, kind: str) -> Notice:
        return self._found.setdefault(kind, Notice(kind))


def separator_in(text: str) -> str | None:
    """What seems to separate several ids in a text: the pieces are built alike, or all of them hold digits."""
    if _ANY_SEPARATOR.search(text) is None:
        return None
    for separators, sure in ((_SEPARATOR, True), (_TIGHT_SEPARATOR, False)):
        match = separators.search(text)
        pieces = [piece.strip() for piece in text.split(match[0]) if piece.strip()] if match else []
        shapes = {_DIGITS.sub("9", _LETTERS.sub("a", piece)) for piece in pieces}
        alike = len(shapes) == 1 and (sure or {"a", "9"} <= set(next(iter(shapes))))
        if match and len(pieces) > 1 and (alike or (sure and all("9" in shape for shape in shapes))):
            return match[0].strip() or match[0]
    return None
