"""An edition of a harm index: every code once, ambiguous ones resolved by the rule, and what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.canonical import digest_of
from policies.official_table import OfficialRow


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One code of the index. `values` are all that the table gives for it (millidays, rising): the lowest counts."""

    code: str
    title: str
    values: tuple[int, ...]

    @property
    def millidays(self) -> int:
        """What the code counts."""
        return self.values[0]

    @property
    def ambiguous(self) -> bool:
        """Whether the table gives several values."""
        return len(self.values) > 1


@dataclass(frozen=True, slots=True)
class Change:
    """A code that is new, gone or counts otherwise (millidays)."""

    code: str
    before: int | None
    after: int | None


def build_index(rows: Iterable[OfficialRow]) -> list[IndexLine]:
    """A line for every URN, then one for every pair of class and Home Office code, in the order of the table."""
    by_urn: dict[str, list[OfficialRow]] = {}
    by_pair: dict[str, list[OfficialRow]] = {}
    for row in rows:
        by_urn.setdefault(row.urn, []).append(row)
        if row.recorded_code is not None:
            by_pair.setdefault(row.recorded_code, []).append(row)
    return [_line(code, found) for codes in (by_urn, by_pair) for code, found in codes.items()]


def index_digest(index: Mapping[str, int]) -> str:
    """SHA-256 (hex) of code to millidays as canonical JSON: the part of a policy that an index is."""
    return digest_of(dict(index))


def changes(before: Mapping[str, int], after: Mapping[str, int]) -> list[Change]:
    """In what two editions differ, by code."""
    codes = sorted(before.keys() | after.keys())
    return [
        Change(code, before.get(code), after.get(code)) for code in codes if before.get(code) != after.get(code)
    ]  # fmt: skip


def _line(code: str, rows: list[OfficialRow]) -> IndexLine:
    lowest = min(rows, key=lambda row: (row.millidays, row.place))
    return IndexLine(code, lowest.title, tuple(sorted({row.millidays for row in rows})))
