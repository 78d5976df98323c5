"""Fields of a report, made from the columns of a row by the rules of a mapping."""

import re
from collections.abc import Iterator
from typing import Any

from intake.ids import IDS, clean_id, fault_of_id, fault_of_part, whole_number
from intake.json_row import JsonNumber, NoNumber
from intake.plain import convert
from intake.rules import PLACEHOLDER, TIMES, FileRules, Mapping, Rule
from intake.times import TimeError, read_time
from models.instants import parse_instant

Fields = dict[str, Any]  # Any: JSON
Columns = dict[str, Any]

# What is counted or named by a whole number: 17.0 of JSON is 17 there. A code may be 8.0.
_NUMBERED = frozenset({*IDS, *TIMES, "event_id", "revision"})
_EXPONENT = re.compile(r"[eE]")


class RowError(Exception):
    """A row that cannot become a report; the text says why."""


class Maker:
    """Makes fields by the rules of one mapping."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping

    def early(self, rules: FileRules, columns: Columns) -> Iterator[Fields | RowError]:
        """What a row says by its columns alone, once for each offender that it names; or why it says nothing."""
        fields: Fields = {}
        try:
            for name, rule in rules.early:
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

    def set(self, fields: Fields, name: str, rule: Rule, columns: Columns) -> None:
        """Makes one field. Raises RowError."""
        value = rule.value if rule.value is not None else self._origin(name, rule, columns, fields)
        if isinstance(value, list):
            value = self._each(name, rule, value)
        elif isinstance(value, str) or value is None:
            value = self._value(name, rule, value)
        if value is not None:
            fields[name] = value

    def _offenders(self, rules: FileRules, columns: Columns, fields: Fields) -> list[str | RowError]:
        rule = rules.fields["offender_id"]
        if not rule.split:
            if not isinstance(fields.get("offender_id"), str):
                raise RowError("offender_id is empty")
            return [fields["offender_id"]]
        found: dict[str, str | RowError] = {}
        for text in self._pieces(rule, self._origin("offender_id", rule, columns, fields)):
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
        return [checked_id(name, rule, text) for text in texts]

    def _value(self, name: str, rule: Rule, text: str | None) -> Any:  # Any: the type of the field
        if text is not None and rule.table is not None:
            text = _look_up(rule, text)
        if text is None and not rule.original:
            text = rule.default
        if text is None:
            return None
        if rule.instant:
            return self._revision(name, rule, text)
        if name in TIMES and rule.value is None:
            return self._time(name, rule, text)
        if name == "victim_ids":
            pieces = self._pieces(rule, text) if rule.split else convert(name, text)
            return [checked_id(name, rule, piece) for piece in pieces]
        return checked_id(name, rule, text) if name in IDS else convert(name, text)

    def _time(self, name: str, rule: Rule, text: str) -> str:
        time_format = rule.format or self._mapping.time_format
        zone = rule.timezone or self._mapping.timezone
        if time_format is None and zone is None:
            return text
        try:
            return read_time(text, time_format, zone)
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
        for part, told in parts.items() if name in IDS else ():
            text = str(told)
            fault = fault_of_part(text, literal=text in rule.literal, whole=rule.whole)
            if fault is not None:
                raise RowError(f"{part}: {text[:60]!r} {fault}")
        return PLACEHOLDER.sub(lambda match: str(parts[match[1]]), rule.template)

    def _text(self, name: str, rule: Rule, column: str, value: Any) -> str | None:  # Any: JSON
        """The text of a cell; None where it is empty, or says that it is."""
        if value is None:
            return None
        if value is True or value is False:
            return "true" if value else "false"
        if type(value) is not str and isinstance(value, list | dict):
            raise RowError(f"{column}: holds {'a list' if isinstance(value, list) else 'an object'}, not a text")
        text = str(value).strip()
        if not text or text in self._empty(rule):
            return None
        if rule.is_plain and type(value) is str:
            return text
        if isinstance(value, NoNumber):
            raise RowError(f'{column}: {text} is no value of JSON: empty = ["{text}"] says that there is none')
        if isinstance(value, JsonNumber):
            return _number(name, rule, column, text)
        text = text.strip(rule.strip).strip() if rule.strip else text
        if rule.whole:
            text = whole_number(text)
        return (text.zfill(rule.width(column)) if text.isascii() and text.isdigit() else text) or None

    def _empty(self, rule: Rule) -> frozenset[str]:
        return self._mapping.empty if rule.empty is None else rule.empty


def checked_id(name: str, rule: Rule, text: str) -> str:
    """An id without what cannot be seen around it. Raises RowError for what is none."""
    told = clean_id(text)
    fault = fault_of_id(told, literal=told in rule.literal, whole=rule.whole)
    if fault is not None:
        raise RowError(f"{name}: {text[:60]!r} {fault}")
    return told


def _number(name: str, rule: Rule, column: str, text: str) -> str:
    """The digits of a JSON number that has a fraction or an exponent, as they were written."""
    if rule.whole is False or (rule.whole is None and name not in _NUMBERED):
        return text
    if _EXPONENT.search(text):
        raise RowError(f"{column}: {text[:60]!r} is a number that was rounded: its last digits are lost")
    text = whole_number(text)
    return text.zfill(rule.width(column)) if text.isdigit() else text


def _look_up(rule: Rule, text: str) -> str:
    value = (rule.table or {}).get(text, rule.otherwise)
    if value is None:
        raise RowError(f"{rule.column or rule.template}: {text[:60]!r} is not in the table")
    return value
