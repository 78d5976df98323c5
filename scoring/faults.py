"""Reading a table that people write: everything that is wrong with it is collected, nothing raised."""

from collections.abc import Mapping
from typing import Any

from models.errors import WrongUse


class Faults:
    """What is wrong with one or several files, in the order of finding it."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def add(self, where: str, what: str) -> None:
        """`where` is a key or a file and line; `what` ends the sentence "where: ..."."""
        self._found.append(f"{where}: {what}")

    def raise_if_any(self, subject: str) -> None:
        """Raises WrongUse that lists them all."""
        if self._found:
            count = "1 fault" if len(self._found) == 1 else f"{len(self._found)} faults"
            raise WrongUse("\n  ".join([f"{subject} has {count}:", *self._found]))


class Table:
    """One TOML table. Each key is asked for once, by type; `close` reports those nobody asked for."""

    def __init__(self, values: object, name: str, faults: Faults) -> None:
        self._name = name
        self._faults = faults
        self._asked: set[str] = set()
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}  # Any: TOML
        if not isinstance(values, dict):
            faults.add(name, "must be a table")

    def table(self, key: str) -> "Table":
        """The table under `key`; one that is missing is an empty one."""
        return Table(self.value(key, {}), self.path(key), self._faults)

    def tables(self, key: str) -> list["Table"]:
        """The array of tables under `key`; one that is missing is an empty one."""
        rows = self.value(key, [])
        if not isinstance(rows, list):
            self.fault(key, f"must be an array of tables, written [[{self.path(key)}]]")
            return []
        return [Table(row, f"{self.path(key)}[{number}]", self._faults) for number, row in enumerate(rows, 1)]

    def text(self, key: str) -> str | None:
        """A text that is not empty."""
        value = self.value(key, None)
        if value is None:
            self.fault(key, "is missing")
        elif not isinstance(value, str):
            self.fault(key, f"must be a text, not {value!r}")
        elif not value.strip():
            self.fault(key, "is empty")
        else:
            return value
        return None

    def texts(self, key: str) -> list[str] | None:
        """A list of texts, None where there is none (or a wrong one)."""
        value = self.value(key, None)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(key, "must be a list of texts")
            return None
        return value

    def integer(self, key: str, least: int, most: int, default: int | None = None) -> int | None:
        """A whole number from `least` to `most`; `default` where it is left out."""
        value = self.value(key, default)
        if value is None:
            self.fault(key, "is missing")
        elif isinstance(value, bool) or not isinstance(value, int):
            self.fault(key, f"must be a whole number, not {value!r}")
        elif not least <= value <= most:
            self.fault(key, f"must be from {least} to {most}, not {value}")
        else:
            return value
        return None

    def value(self, key: str, default: object) -> Any:  # Any: TOML
        """Whatever stands under `key`."""
        self._asked.add(key)
        return self._values.get(key, default)

    def names(self) -> list[str]:
        """The keys in the order of the file."""
        return list(self._values)

    def path(self, key: str) -> str:
        """The full dotted name of a key."""
        return f"{self._name}.{key}" if self._name else key

    def fault(self, key: str, what: str) -> None:
        """Adds a fault of the value under `key`."""
        self._faults.add(self.path(key), what)

    def close(self) -> None:
        """Every key that was not asked for is a fault."""
        for key in self._values:
            if key not in self._asked:
                self.fault(key, "is unknown")
