"""Rows through a mapping: fields are made, files merged in order of arrival, revisions numbered."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from intake.fields import Fields, Maker, RowError
from intake.line import Checker, Line, bad
from intake.rules import FileRules, Mapping
from intake.source import Row, Source, delimiter_hint
from models.errors import WrongUse
from models.instants import parse_instant
from models.report import ReportType

Offence = tuple[str, str]


class Draft(NamedTuple):
    """A report in the making; `order` is the place of its file and line."""

    source: Source
    row: Row
    order: tuple[int, int, int]
    rules: FileRules
    fields: Fields

    def bad(self, error: str) -> Line:
        """That its row is not sent."""
        return bad(self.source.name, self.row.number, error, self.row.lines)

    @property
    def offence(self) -> Offence:
        """What revisions are counted for."""
        return self.fields["offender_id"], self.fields["offence_id"]


class MappedFiles:
    """All files of one ingest under one mapping."""

    def __init__(self, mapping: Mapping, files: Iterable[tuple[Source, FileRules]], checker: Checker) -> None:
        self._mapping = mapping
        self._maker = Maker(mapping)
        self._files = list(files)
        self._checker = checker
        self._seen: Counter[Offence] = Counter()
        self._reported: dict[Offence, Any] = {}  # Any: a time as it is told

    def stream(self) -> Iterator[Line]:
        """Lines in the order of the files: memory holds one number for each offence."""
        for draft in self._drafts():
            yield draft if isinstance(draft, Line) else self._finish(draft)

    def merged(self) -> list[Draft | Line]:
        """Lines that are wrong, then all drafts in order of arrival; memory holds every row."""
        wrong: list[Draft | Line] = []
        drafts: list[Draft] = []
        for draft in self._drafts():
            if isinstance(draft, Line):
                wrong.append(draft)
            else:
                drafts.append(draft)
        originals: dict[Offence, Fields] = {}
        for draft in drafts:
            if not draft.rules.needs_originals:
                originals.setdefault(draft.offence, draft.fields)
        arrivals: list[tuple[int, tuple[int, int, int], Draft]] = []
        for draft in drafts:
            try:
                if draft.rules.needs_originals:
                    _complete(draft, originals.get(draft.offence))
                arrivals.append((_instant(draft.fields, "recorded_at"), draft.order, draft))
            except RowError as error:
                wrong.append(draft.bad(str(error)))
        arrivals.sort(key=lambda arrival: arrival[:2])
        return [*wrong, *(draft for _, _, draft in arrivals)]

    def finish(self, lines: Iterable[Draft | Line]) -> Iterator[Line]:
        """Numbers the drafts in their order and checks what came of them."""
        for draft in lines:
            yield draft if isinstance(draft, Line) else self._finish(draft)

    def _drafts(self) -> Iterator[Draft | Line]:
        for place, (source, rules) in enumerate(self._files):
            section = self._mapping.file.index(rules)
            columns_known = not source.is_csv
            for row in source.rows():
                if row.error is not None:
                    yield bad(source.name, row.number, row.error, row.lines)
                    continue
                if not columns_known:
                    _check_columns(source, rules, row)
                    columns_known = True
                for fields in self._maker.early(rules, row.columns):
                    if isinstance(fields, RowError):
                        yield bad(source.name, row.number, str(fields), row.lines)
                    else:
                        yield Draft(source, row, (section, place, row.number), rules, fields)

    def _finish(self, draft: Draft) -> Line:
        self._seen[draft.offence] += 1
        fields = draft.fields
        try:
            if draft.rules.runs:
                fields["revision"] = self._seen[draft.offence]
            if draft.rules.keeps_first and "reported_at" in fields:
                fields["reported_at"] = self._reported.setdefault(draft.offence, fields["reported_at"])
            for name, rule in draft.rules.late:
                self._maker.set(fields, name, rule, draft.row.columns)
            _insist_on_the_first_report(fields)
        except RowError as error:
            return draft.bad(str(error))
        return self._checker.built(draft.source.name, draft.row.number, fields, draft.row.lines)


def _check_columns(source: Source, rules: FileRules, row: Row) -> None:
    wanted = (column for rule in rules.fields.values() for column in rule.columns)
    missing = sorted({column for column in wanted if column not in row.columns})
    if missing:
        raise WrongUse(
            f"{source.name} has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, row.columns))}"
            f"{delimiter_hint(row.columns)}"
        )


def _insist_on_the_first_report(fields: Fields) -> None:
    revision = fields.get("revision", 1)
    is_first = not isinstance(revision, int) or revision == 1
    if not is_first and "reported_at" not in fields and fields.get("type") != ReportType.WITHDRAWN:
        raise RowError(f"reported_at is empty: without it revision {revision} would begin the window anew")


def _complete(draft: Draft, original: Fields | None) -> None:
    """Fills in what a change takes from the original report of its offence."""
    if original is None:
        raise RowError(f"no original report of offence {draft.fields['offence_id']!r} in these files")
    for name, rule in draft.rules.fields.items():
        if rule.original and name not in draft.fields:
            taken = original.get(name, original.get("recorded_at") if name == "reported_at" else rule.default)
            if taken is not None:
                draft.fields[name] = taken
        if rule.not_before_original and _instant(draft.fields, name) < _instant(original, name):
            draft.fields[name] = original[name]


def _instant(fields: Fields, name: str) -> int:
    try:
        return parse_instant(fields.get(name))
    except ValueError as error:
        raise RowError(f"{name} {error}") from None
