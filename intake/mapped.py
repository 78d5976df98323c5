"""Rows through a mapping: fields are made, files merged in order of arrival, revisions numbered."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from intake.line import Checker, Line, bad
from intake.mapping_file import PLACEHOLDER, TIMES, FileRules, Mapping, Rule
from intake.plain import convert
from intake.source import Row, Source, delimiter_hint
from intake.times import TimeError, read_time
from models.errors import WrongUse
from models.instants import parse_instant

Fields = dict[str, Any]  # Any: JSON
Columns = dict[str, Any]
Offence = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
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


class RowError(Exception):
    """A row that cannot become a report; the text says why."""


class MappedFiles:
    """All files of one ingest under one mapping."""

    def __init__(self, mapping: Mapping, files: Iterable[tuple[Source, FileRules]], checker: Checker) -> None:
        self._mapping = mapping
        self._files = list(files)
        self._checker = checker
        self._seen: Counter[Offence] = Counter()

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
                try:
                    fields = self._make(rules, row.columns)
                except RowError as error:
                    yield bad(source.name, row.number, str(error), row.lines)
                else:
                    order = (section, place, row.number)
                    yield Draft(source, row, order, rules, fields)

    def _make(self, rules: FileRules, columns: Columns) -> Fields:
        fields: Fields = {}
        for name, rule in rules.fields.items():
            if not rule.is_late:
                self._set(fields, name, rule, columns)
        for name in ("offender_id", "offence_id"):
            if not isinstance(fields.get(name), str):
                raise RowError(f"{name} is empty")
        return fields

    def _set(self, fields: Fields, name: str, rule: Rule, columns: Columns) -> None:
        value = rule.value if rule.value is not None else _origin(rule, columns, fields)
        if isinstance(value, str) and rule.table is not None:
            value = _look_up(rule, value)
        if value is None and not rule.original:
            value = rule.default
        if isinstance(value, str):
            value = self._time(name, rule, value) if name in TIMES and rule.value is None else convert(name, value)
        if value is not None:
            fields[name] = value

    def _time(self, name: str, rule: Rule, text: str) -> str:
        time_format = rule.format or self._mapping.time_format
        zone = rule.timezone or self._mapping.timezone
        if time_format is None and zone is None:
            return text
        try:
            return read_time(text, time_format, zone)
        except TimeError as error:
            raise RowError(f"{name}: {text[:60]!r} {error}") from None

    def _finish(self, draft: Draft) -> Line:
        self._seen[draft.offence] += 1
        fields = draft.fields
        try:
            for name, rule in draft.rules.fields.items():
                if rule.running:
                    fields[name] = self._seen[draft.offence]
            for name, rule in draft.rules.fields.items():
                if rule.is_late and not rule.running:
                    self._set(fields, name, rule, draft.row.columns)
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


def _origin(rule: Rule, columns: Columns, fields: Fields) -> Any:  # Any: JSON
    """The text that a rule starts from; None where there is none."""
    if rule.column is not None:
        return _cell(rule, columns, rule.column)
    if rule.template is None:
        return None
    parts = {name: fields.get(name) if name in fields else _cell(rule, columns, name) for name in rule.placeholders}
    if None in parts.values():
        return None
    return PLACEHOLDER.sub(lambda match: str(parts[match[1]]), rule.template)


def _cell(rule: Rule, columns: Columns, column: str) -> Any:  # Any: JSON
    value = columns.get(column)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value) if isinstance(value, int | float) else value
    if not isinstance(text, str):
        return text
    text = text.strip()
    return (text.zfill(rule.width(column)) if text.isascii() and text.isdigit() else text) or None


def _look_up(rule: Rule, text: str) -> str:
    value = (rule.table or {}).get(text, rule.otherwise)
    if value is None:
        raise RowError(f"{rule.column or rule.template}: {text[:60]!r} is not in the table")
    return value


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
