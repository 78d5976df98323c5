"""Rows that are not sent, as an operator hears of them: by file and kind, the first lines of each, and how many."""

from dataclasses import dataclass, field
from typing import Self

from cli.output import say
from intake.line import Line, kind_of
from sight.document import Document
from sight.printable import printable

FIRST_OF_EACH = 3
_STANDARD_INPUT = "-"


class RefusedKind(Document):
    """Rows of one file that are refused for one kind of reason."""

    file: str
    kind: str
    rows: int
    first_lines: tuple[int, ...]


class RefusedRow(Document):
    """A row that is not sent."""

    file: str
    line: int
    error: str | None


class RefusedPart(Document):
    """What is not sent, by kind; with --json every row of it."""

    refused_by_kind: tuple[RefusedKind, ...]
    errors: tuple[RefusedRow, ...]


@dataclass(slots=True)
class _Kind:
    rows: int = 0
    first: list[Line] = field(default_factory=list)


class RefusedRows:
    """Tells of them at its end; of standard input, which may never end, the first ones as they come.

    `every` tells all of them as they come; `keep` keeps all of them for the document.
    """

    def __init__(self, *, every: bool = False, keep: bool = False) -> None:
        self.count = 0
        self._every = every
        self._kept: list[Line] | None = [] if keep else None
        self._files: dict[str, dict[str, _Kind]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file, kinds in self._files.items():
            self._tell(file, kinds)

    def add(self, line: Line) -> None:
        """One more."""
        self.count += 1
        if self._kept is not None:
            self._kept.append(line)
        kind = self._files.setdefault(line.file, {}).setdefault(kind_of(line.error or ""), _Kind())
        kind.rows += 1
        is_first = len(kind.first) < FIRST_OF_EACH
        if is_first:
            kind.first.append(line)
        if self._every or (is_first and line.file == _STANDARD_INPUT):
            _say(line)

    def part(self) -> RefusedPart:
        """Of which kinds, and every one that was kept."""
        kinds = (
            RefusedKind(file=file, kind=kind, rows=found.rows, first_lines=tuple(line.number for line in found.first))
            for file, kinds in self._files.items()
            for kind, found in kinds.items()
        )
        errors = (RefusedRow(file=line.file, line=line.number, error=line.error) for line in self._kept or ())
        return RefusedPart(refused_by_kind=tuple(kinds), errors=tuple(errors))

    def _tell(self, file: str, kinds: dict[str, _Kind]) -> None:
        for kind in kinds.values():
            shown = kind.first if not self._every and file != _STANDARD_INPUT else []
            for line in shown:
                _say(line)
            if kind.rows > len(kind.first) and not self._every:
                like = f", like line {kind.first[0].number}" if not shown else ""
                say(f"  and {kind.rows - len(kind.first):,} more of this kind, {kind.rows:,} in all{like}")
        rows, count = sum(kind.rows for kind in kinds.values()), len(kinds)
        hidden = any(kind.rows > len(kind.first) for kind in kinds.values()) and not self._every
        hint = "; --all-errors names every one" if hidden else ""
        say(f"{printable(file)}: not sent: {rows:,}, of {count:,} {'kind' if count == 1 else 'kinds'}{hint}")


def _say(line: Line) -> None:
    say(f"{printable(line.file)}:{line.number}: {printable(line.error or '')}")
