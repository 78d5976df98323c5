"""One line of a file as the sender gets it: a record to send, or what is wrong with it."""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from intake.files.json_row import NoObjectError, names_once
from intake.ids import IDS, fault_of_id, is_plain_id
from models.decode import Report, decode, decode_value, refuse_wrong_times
from models.errors import Refused

_SHOWN = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\b\d+(?:\.\d+)*\b""")

_in_json_quickly = msgspec.json.Encoder().encode
_in_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Line(NamedTuple):
    """`value` is None where `error` says what is wrong; `number` counts from 1."""

    file: str
    number: int
    key: bytes | None
    value: bytes | None
    error: str | None


class Checker:
    """Decides whether a record may be sent; `unchecked` lets everything pass.

    `now_us` stands for the timestamp that Kafka will give the records.
    """

    def __init__(self, now_us: int, unchecked: bool) -> None:
        self._now_us = now_us
        self._unchecked = unchecked
        self.report: Report | None = None
        """What the good line that was checked last says."""

    def original(self, file: str, number: int, value: bytes) -> Line:
        """A JSON line, to be sent with its own bytes."""
        self.report = None
        if self._unchecked:
            return Line(file, number, key_of(value), value, None)
        try:
            report = decode_value(value)
            refuse_wrong_times(report, self._now_us)
            given = names_once(value)
        except (Refused, NoObjectError) as error:
            return bad(file, number, str(error))
        if "victim_ids" in given or not (is_plain_id(report.offence_id) and is_plain_id(report.offender_id)):
            fault = _fault_of_ids(given | {"offence_id": report.offence_id, "offender_id": report.offender_id})
            if fault is not None:
                return bad(file, number, fault)
        self.report = report
        return Line(file, number, report.offender_id.encode(), value, None)

    def contract(self, file: str, number: int, fields: Mapping[str, object], lines: int = 1) -> Line:
        """A report whose columns are the contract's own fields."""
        fault = None if self._unchecked else _fault_of_ids(fields)
        return self.built(file, number, fields, lines) if fault is None else bad(file, number, fault, lines)

    def built(self, file: str, number: int, fields: Mapping[str, object], lines: int = 1) -> Line:
        """A report put together from the columns of a row that spans so many lines."""
        self.report = None
        try:
            value = _encoded(fields)
        except UnicodeEncodeError:
            return bad(file, number, "not_valid: a text holds half of a surrogate pair", lines)
        offender_id = fields.get("offender_id")
        key = str(offender_id).encode() if offender_id else None
        if not self._unchecked:
            try:
                self.report = decode(key, value, self._now_us)
            except Refused as refused:
                return bad(file, number, str(refused), lines)
        return Line(file, number, key, value, None)


def _encoded(fields: Mapping[str, object]) -> bytes:
    try:
        return _in_json_quickly(fields)
    except TypeError:  # a text that is more than a text, as the moments of a spreadsheet
        return _in_json(fields).encode()


def _fault_of_ids(fields: Mapping[str, object]) -> str | None:
    for name in IDS:
        given = fields.get(name, ())
        for text in (given,) if isinstance(given, str) else given if isinstance(given, list) else ():
            fault = fault_of_id(text)
            if fault is not None:
                return f"{name}: {text[:60]!r} {fault}"
    return None


def kind_of(error: str) -> str:
    """What an error has in common with others of its kind: all but the texts and numbers that it shows."""
    return _SHOWN.sub("...", error)


def bad(file: str, number: int, error: str, lines: int = 1) -> Line:
    """A row that is not sent; it begins in line `number` and spans so many."""
    return Line(file, number, None, None, error if lines == 1 else f"{error} (spans {lines} lines)")


def key_of(value: bytes) -> bytes | None:
    """The record's key, its offender_id, where `value` is JSON that has one."""
    try:
        offender_id = json.loads(value)["offender_id"]
        return offender_id.encode() if isinstance(offender_id, str) else None
    except (ValueError, RecursionError, KeyError, TypeError):  # UnicodeError is a ValueError
        return None
