"""Fields of a report, made from the columns of a row by the rules of a mapping."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from intake.files.row import Moment
from intake.ids import IDS, clean_id, fault_of_id, fault_of_part
from intake.mapping.cell_text import CellError, text_of
from intake.mapping.pseudonyms import Pseudonymiser, read_key
from intake.mapping.quick import Quick, quick_way
from intake.mapping.rules import PLACEHOLDER, TIMES, FileRules, Mapping, Rule
from intake.mapping.times import TimeError, read_time, read_time_by
from intake.plain import convert
from models.instants import parse_instant

_MIDNIGHT = re.compile(r"T00:00:00(?= [0-9]{2}:| [0-9]{4}$)")

Fields = dict[str, Any]  # Any: JSON
Columns = dict[str, Any]


_Way = tuple[str, Rule, Quick]
"""A field, its rule, and the way that is tried first."""


def _not_so(_: Columns, __: Fields) -> bool:
    return False


class RowError(Exception):
    """A row that cannot become a report; the text says why."""


class FieldMaker:
    """Makes fields by the rules of one mapping. Raises WrongUse for a key of pseudonyms that cannot be used."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        given = mapping.pseudonyms
        self._pseudonyms = None if given is None else Pseudonymiser(read_key(Path(given.key)), given.normalise)
        self._ways: dict[int, tuple[list[_Way], list[_Way]]] = {}  # by the rules of a file, which live as long
        self.defaults: Counter[tuple[str, str]] = Counter()
        """How often a default stood for a field that had no value, by field and default."""

        # Of times: which are written as texts, and which as dates of a spreadsheet, by when in the month.
        self._as_text: set[str] = set()
        self._early_dates: set[str] = set()
        self._late_dates: set[str] = set()

    @property
    def doubtful_times(self) -> list[str]:
        """Times of which some are dates, none after the 12th, and others texts of a format: the program that made the
        file may have taken the day for the month where it could.
        """
        return [name for name in TIMES if name in (self._as_text & self._early_dates) - self._late_dates]

    def early(self, rules: FileRules, columns: Columns) -> Iterator[Fields | RowError]:
        """What a row says by its columns alone, once for each offender that it names; or why it says nothing."""
        fields: Fields = {}
        try:
            for name, rule, quick in self._early_ways(rules):
                if quick(columns, fields):
                    continue
                if name == "offender_id" and rule.split:
                    fields[name] = None  # it keeps its place
                else:
                    self.set(fields, name, rule, columns)
            if not isinstance(fields.get("offence_id"), str):
                raise RowError("offence_id is empty")
            offenders = self._offenders(rules, columns, fields)
        except RowError as error:
            yield error
            return
        for offender in offenders:
            yield offender if isinstance(offender, RowError) else {**fields, "offender_id": offender}

    def late(self, rules: FileRules, fields: Fields, columns: Columns) -> None:
        """Makes the fields that are made of others. Raises RowError."""
        for name, rule, quick in self._late_ways(rules):
            if not quick(columns, fields):
                self.set(fields, name, rule, columns)

    def _early_ways(self, rules: FileRules) -> list[_Way]:
        known = self._ways.get(id(rules))
        if known is None:
            known = self._ways[id(rules)] = self._ways_of(rules)
        return known[0]

    def _late_ways(self, rules: FileRules) -> list[_Way]:
        return (self._ways.get(id(rules)) or self._ways_of(rules))[1]

    def _ways_of(self, rules: FileRules) -> tuple[list[_Way], list[_Way]]:
        early, late = (
            [(name, rule, self._quick_way(name, rule)) for name, rule in part] for part in (rules.early, rules.late)
        )
        return early, late

    def _quick_way(self, name: str, rule: Rule) -> Quick:
        return quick_way(name, rule, self._empty(rule), lambda text: self.converted(name, rule, text)) or _not_so

    def set(self, fields: Fields, name: str, rule: Rule, columns: Columns) -> None:
        """Makes one field. Raises RowError."""
        value = self._made(name, rule, columns, fields)
        if value is None and rule.default is not None and not rule.original:
            self.defaults[name, rule.default] += 1
            value = self.converted(name, rule, rule.default)
        if value is not None:
            fields[name] = value

    def _made(self, name: str, rule: Rule, columns: Columns, fields: Fields) -> Any:  # Any: the type of the field
        """The value by a rule's origin; None where there is none."""
        for part in rule.first_of or ():
            value = self._made(name, part, columns, fields)
            if value is not None:
                return value
        value = rule.value if rule.value is not None else self._origin(name, rule, columns, fields)
        if isinstance(value, list):
            return self._each(name, rule, value)
        return self._value(name, rule, value) if isinstance(value, str) else value

    def _offenders(self, rules: FileRules, columns: Columns, fields: Fields) -> list[str | RowError]:
        rule = rules.fields["offender_id"]
        if not rule.split:
            if not isinstance(fields.get("offender_id"), str):
                raise RowError("offender_id is empty")
            return [fields["offender_id"]]
        found: dict[str, str | RowError] = {}
        for text in self._pieces(rule, self._first_origin("offender_id", rule, columns, fields)):
            try:
                value = self._value("offender_id", rule, text)
                found[text] = RowError("offender_id is empty") if value is None else value
            except RowError as error:
                found[text] = error
        if not found:
            raise RowError("offender_id is empty")
        return list(dict.fromkeys(found.values()))

    def _pieces(self, rule: Rule, value: Any) -> list[str]:  # Any: JSON
        """The texts of a cell that holds several; marks of no value among them are left out."""
        if isinstance(value, list):
            return [text for text in value if text]
        texts = [text.strip() for text in (value or "").split(rule.split)]
        return [text for text in texts if text and text not in self._empty(rule)]

    def _each(self, name: str, rule: Rule, texts: list[str]) -> list[str]:
        if name != "victim_ids":
            raise RowError(f"{rule.column}: holds a list, and {name} is one text")
        return [self._id(name, rule, text) for text in texts]

    def _value(self, name: str, rule: Rule, text: str) -> Any:  # Any: the type of the field
        found = text if rule.table is None else _look_up(rule, text)
        return None if found is None else self.converted(name, rule, found)

    def converted(self, name: str, rule: Rule, text: str) -> Any:  # Any: the type of the field
        """The value of a text that has one, as the field has it. Raises RowError."""
        if rule.instant:
            return self._revision(name, rule, text)
        if name in TIMES and rule.value is None:
            return self._time(name, rule, text)
        if name == "victim_ids":
            pieces = self._pieces(rule, text) if rule.split else convert(name, text)
            return [self._id(name, rule, piece) for piece in pieces]
        return self._id(name, rule, text) if name in IDS else convert(name, text)

    def _id(self, name: str, rule: Rule, text: str) -> str:
        if rule.pseudonym is None or self._pseudonyms is None:
            return checked_id(name, rule, text)
        given = clean_id(text)
        fault = fault_of_id(given, literal=given in rule.literal, whole=rule.whole)
        if fault is not None:
            raise RowError(f"{name}: {rule.pseudonym} {fault}")  # what stands there names a person
        return self._pseudonyms.of(given)

    def _time(self, name: str, rule: Rule, text: str) -> str:
        time_formats = rule.format or self._mapping.time_format
        zone = rule.timezone or self._mapping.timezone
        is_moment = isinstance(text, Moment)
        if is_moment:
            (self._early_dates if text[8:10] <= "12" else self._late_dates).add(name)
        elif time_formats:
            self._as_text.add(name)
        if is_moment and zone is None:
            raise RowError(f"{name}: a spreadsheet tells no zone of its times: timezone says it")
        if not time_formats and zone is None:
            return text
        try:
            return (
                read_time_by(text, time_formats, zone)
                if time_formats and not is_moment
                else read_time(text, None, zone)
            )
        except TimeError as error:
            raise RowError(f"{name}: {text[:60]!r} {error}") from None

    def _revision(self, name: str, rule: Rule, text: str) -> int:
        """Microseconds since 1970: of two instants the later one is the higher revision."""
        try:
            revision = parse_instant(self._time(name, rule, text))
        except ValueError as error:
            raise RowError(f"{name}: {text[:60]!r} {error}") from None
        if revision < 1:
            raise RowError(f"{name}: {text[:60]!r} is before 1970")
        return revision

    def _first_origin(self, name: str, rule: Rule, columns: Columns, fields: Fields) -> Any:  # Any: as _origin
        for part in rule.first_of or ():
            value = self._first_origin(name, part, columns, fields)
            if value:
                return value
        return self._origin(name, rule, columns, fields)

    def _origin(self, name: str, rule: Rule, columns: Columns, fields: Fields) -> Any:  # Any: text, texts or None
        """The text that a rule starts from; None where there is none."""
        if rule.column is not None:
            value = columns.get(rule.column)
            if isinstance(value, list):
                texts = [self._text(name, rule, rule.column, item) for item in value]
                return [text for text in texts if text is not None]
            return self._text(name, rule, rule.column, value)
        if rule.template is None:
            return None
        parts = {
            part: fields[part] if part in fields else self._text(name, rule, part, columns.get(part))
            for part in rule.placeholders
        }
        if None in parts.values():
            return None
        for part, given in parts.items() if name in IDS else ():
            text = str(given)
            fault = fault_of_part(text, literal=text in rule.literal, whole=rule.whole)
            if fault is not None:
                raise RowError(f"{part}: {text[:60]!r} {fault}" if rule.pseudonym is None else f"{part}: {fault}")
        whole = PLACEHOLDER.sub(lambda match: str(parts[match[1]]), rule.template)
        if any(isinstance(given, Moment) for given in parts.values()):
            return Moment(_MIDNIGHT.sub("", whole))  # of a day that was written as an instant, beside its hour
        return whole

    def _text(self, name: str, rule: Rule, column: str, value: Any) -> str | None:  # Any: JSON
        try:
            return text_of(name, rule, column, value, self._empty(rule))
        except CellError as error:
            raise RowError(str(error)) from None

    def _empty(self, rule: Rule) -> frozenset[str]:
        return self._mapping.empty if rule.empty is None else rule.empty


def checked_id(name: str, rule: Rule, text: str) -> str:
    """An id without what cannot be seen around it. Raises RowError for what is none."""
    given = clean_id(text)
    fault = fault_of_id(given, literal=given in rule.literal, whole=rule.whole)
    if fault is not None:
        raise RowError(f"{name}: {text[:60]!r} {fault}")
    return given


def _look_up(rule: Rule, text: str) -> str:
    value = (rule.table or {}).get(text, rule.otherwise)
    if value is None:
        raise RowError(f"{rule.column or rule.template}: {text[:60]!r} is not in the table")
    return value
