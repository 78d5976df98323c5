"""The file of subscriptions: TOML, one `[[subscription]]` for each, read with every fault that it has."""

import re
import ssl
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from delivery.references import reference_faults
from models.delivery.terms import Terms
from models.errors import WrongUse

_HEADER = re.compile(r"\s*\[\[\s*subscription\s*\]\]")
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")
_TOML_LINE = re.compile(r"\(at line ([0-9]+)")
_SAID_BY_PYDANTIC = "Value error, "
_SAID = {
    "missing": "is missing", "extra_forbidden": "is not known", "tuple_type": "is to be a list",
    "string_type": "is to be text in quotation marks", "int_type": "is to be a whole number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and in which line, where one can say; `id` of the subscription, where it has one."""

    line: int | None
    id: str | None
    what: str

    def render(self) -> str:
        """One line of text."""
        where = "" if self.line is None else f"line {self.line}: "
        whose = "" if self.id is None else f"{self.id}: "
        return f"{where}{whose}{self.what}"


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What a file holds: the terms of those that are right, and every fault. `lines`: where each begins, by id."""

    terms: tuple[Terms, ...]
    faults: tuple[Fault, ...]
    lines: Mapping[str, int]


def read_subscriptions(path: Path) -> Subscriptions:
    """All of the file. Raises WrongUse where it cannot be read at all."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8'}") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _TOML_LINE.search(str(error))
        return Subscriptions((), (Fault(int(line[1]) if line else None, None, f"no TOML: {error}"),), {})
    except RecursionError:
        return Subscriptions((), (Fault(None, None, "no TOML: it is nested too deeply"),), {})
    return _Reading(path.parent, _Lines(text)).read(table)


class _Lines:
    """In which line a subscription and its keys stand."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._begin = [number for number, line in enumerate(self._lines) if _HEADER.match(line)]

    def of(self, index: int, key: str | None = None) -> int | None:
        """Counted from 1; that of the subscription's header where the key is not found."""
        if index >= len(self._begin):
            return None
        begin, *after = [*self._begin, len(self._lines)][index : index + 2]
        wanted = re.compile(rf"""\s*["']?{re.escape(key or "")}["']?\s*=""")
        found = (number for number in range(begin + 1, *after) if key and wanted.match(self._lines[number]))
        return next(found, begin) + 1


class _Reading:
    def __init__(self, folder: Path, lines: _Lines) -> None:
        self._folder, self._lines = folder, lines
        self._faults: list[Fault] = []
        self._begins: dict[str, int] = {}
        self._indexes: dict[str, int] = {}

    def read(self, table: Mapping[str, Any]) -> Subscriptions:  # Any: TOML
        for name in table.keys() - {"subscription"}:
            self._faults.append(Fault(None, None, f"{name} is not known: each begins with [[subscription]]"))
        items = table.get("subscription", [])
        if not isinstance(items, list) or not items:
            self._faults.append(Fault(None, None, "there is no [[subscription]]"))
            items = []
        terms = tuple(one for index, item in enumerate(items) if (one := self._one(index, item)) is not None)
        self._check_references({one.id: one for one in terms})
        return Subscriptions(terms, tuple(sorted(self._faults, key=lambda fault: fault.line or 0)), self._begins)

    def _one(self, index: int, item: object) -> Terms | None:
        table = dict(item) if isinstance(item, dict) else {}
        name = table["id"] if isinstance(table.get("id"), str) else None
        before = len(self._faults)
        if name in self._begins:
            self._say(index, "id", name, f"stands in line {self._begins[name]} already")
        elif name is not None:
            self._begins[name], self._indexes[name] = self._lines.of(index) or 0, index
        if isinstance(table.get("until"), date):  # a datetime is one
            table["until"] = table["until"].isoformat()
        if isinstance(table.get("ca"), str):
            table["ca"] = self._certificates(index, name, table["ca"])
        try:
            terms = Terms.model_validate(table)
        except ValidationError as error:
            for key, what in _faults(error):
                self._say(index, key, name, what)
            return None
        return terms if len(self._faults) == before else None

    def _check_references(self, known: Mapping[str, Terms]) -> None:
        for name, key, what in reference_faults(known, self._begins.keys()):
            self._say(self._indexes[name], key, name, what)

    def _certificates(self, index: int, name: str | None, file: str) -> str | None:
        """The certificates of a file beside the subscriptions, so that who delivers needs no file of it.

        Nothing else of the file: a bundle may hold a private key, and the terms go to Kafka.
        """
        try:
            found = _CERTIFICATE.findall((self._folder / file).read_text("latin-1"))
            text = "".join(f"{block}\n" for block in found)
            if not found:
                raise ValueError("no certificate")
            ssl.create_default_context(cadata=text)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            why = error.strerror if isinstance(error, OSError) and error.filename else "it holds no certificate"
            self._say(index, "ca", name, f"{file}: {why}")
            return None
        return text

    def _say(self, index: int, key: str | None, name: str | None, what: str) -> None:
        self._faults.append(Fault(self._lines.of(index, key), name, what if key is None else f"{key}: {what}"))


def _faults(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Key and what is wrong with it, each key once."""
    said = set()
    for fault in error.errors():
        key = str(fault["loc"][0]) if fault["loc"] else "subscription"
        if key not in said:
            said.add(key)
            what = fault["msg"].removeprefix(_SAID_BY_PYDANTIC)
            yield key, _SAID.get(fault["type"], what)
