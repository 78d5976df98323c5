"""The text of one cell, as a rule of a mapping takes it."""

import re
from typing import Any

from intake.files.json_row import JsonNumber, NoNumber
from intake.files.row import Moment
from intake.ids import IDS, whole_number
from intake.mapping.rules import TIMES, Rule

# What is counted or named by a whole number: 17.0 of JSON is 17 there. A code may be 8.0.
_NUMBERED = frozenset({*IDS, *TIMES, "event_id", "revision"})
_EXPONENT = re.compile(r"[eE]")


class CellError(Exception):
    """A cell that no text can be made of; the text says why."""


def text_of(name: str, rule: Rule, column: str, value: Any, empty: frozenset[str]) -> str | None:  # Any: JSON
    """The text of a cell for the field `name`; None where there is none, or `empty` says so. Raises CellError."""
    if type(value) is str:  # most cells
        text: str | None = value.strip()
        if not text or text in empty:
            return None
        return text if rule.is_plain else _trimmed(rule, column, text)
    text = plain_text(column, value)
    if text is None or text in empty:
        return None
    if isinstance(value, Moment):
        return Moment(text)
    if isinstance(value, NoNumber):
        if rule.pseudonym is not None:  # what stands there names a person
            raise CellError(f"{column}: is no value of JSON: a mapping says by empty that there is none")
        raise CellError(f'{column}: {text} is no value of JSON: empty = ["{text}"] says that there is none')
    return _digits(name, rule, column, text) if isinstance(value, JsonNumber) else _trimmed(rule, column, text)


def plain_text(column: str, value: Any) -> str | None:  # Any: JSON
    """The text of a cell as it stands there; None where there is none. Raises CellError for a list or an object."""
    if value is None:
        return None
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, dict) and "#text" in value:
        value = value["#text"]  # an element of XML that has attributes beside its text
    if isinstance(value, list | dict):
        raise CellError(f"{column}: holds {'a list' if isinstance(value, list) else 'an object'}, not a text")
    return str(value).strip() or None


def _trimmed(rule: Rule, column: str, text: str) -> str | None:
    if rule.strip:
        text = text.strip(rule.strip).strip()
    if rule.upper or rule.lower:
        text = text.upper() if rule.upper else text.lower()
    if rule.whole:
        text = whole_number(text)
    return (text.zfill(rule.width(column)) if text.isascii() and text.isdigit() else text) or None


def _digits(name: str, rule: Rule, column: str, text: str) -> str:
    """The digits of a JSON number that has a fraction or an exponent, as they were written."""
    if rule.whole is False or (rule.whole is None and name not in _NUMBERED):
        return text
    if _EXPONENT.search(text):
        quoted = f"{text[:60]!r} " if rule.pseudonym is None else ""  # a person's is in no message
        raise CellError(f"{column}: {quoted}is a number that was rounded: its last digits are lost")
    text = whole_number(text)
    return text.zfill(rule.width(column)) if text.isdigit() else text
