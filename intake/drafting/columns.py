"""What stands in the columns of a file: how many texts, which, and how their times are written."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from intake.drafting.times import TimeColumn, TimeGuess
from intake.ids import stands_for_nothing

MOST_TEXTS = 2_000
"""So many different texts of a column are counted; beyond them it is no column of kinds."""


class Column:
    """One column, as all rows that were looked at have it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.texts: Counter[str] = Counter()
        self.rows = self.filled = 0
        self.is_capped = self.holds_lists = False
        self.nothing: set[str] = set()
        """Texts that stand for no value."""

        self._times = TimeColumn()
        self._guess: TimeGuess | None = None

    def add(self, value: Any) -> None:  # Any: JSON
        """The value of one more row; of a list each of its texts."""
        self.rows += 1
        if isinstance(value, list):
            self.holds_lists = True
            self.rows -= 1
            for item in value or [None]:
                self.add(item if not isinstance(item, list) else str(item))
            return
        text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value).strip()
        if not text:
            return
        if stands_for_nothing(text):
            self.nothing.add(text)
            return
        self.filled += 1
        if text not in self.texts:
            self._times.add(text if type(value) is str else type(value)(text) if isinstance(value, str) else text)
        if text in self.texts or len(self.texts) < MOST_TEXTS:
            self.texts[text] += 1
        else:
            self.is_capped = True

    @property
    def distinct(self) -> int:
        """How many different texts there are, as far as they are counted."""
        return len(self.texts)

    @property
    def times(self) -> TimeGuess:
        """How its times are written, if it holds times."""
        if self._guess is None:
            self._guess = self._times.guess()
        return self._guess

    def render(self) -> str:
        """How full it is and of how many texts, in a few words."""
        some = f"more than {MOST_TEXTS:,}" if self.is_capped else f"{self.distinct:,}"
        return f"{self.filled:,} of {self.rows:,} rows have a value, {some} different ones"


def columns_of(rows: Iterable[Mapping[str, Any]]) -> list[Column]:  # Any: JSON
    """The columns of rows, in the order in which they first come."""
    found: dict[str, Column] = {}
    for row in rows:
        for name, value in row.items():
            column = found.get(name)
            if column is None:
                column = found[name] = Column(name)
            column.add(value)
    return list(found.values())
