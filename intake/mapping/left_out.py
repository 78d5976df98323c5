"""Which rows of a file a mapping wants, and how many it leaves out by which text."""

from collections import Counter
from collections.abc import Container
from collections.abc import Mapping as Texts
from typing import Any

from intake.mapping.cell_text import plain_text

MOST_TEXTS = 20
"""So many texts of a column are counted apart."""

_OTHERS = "others"


class Filter:
    """`where`: a column must hold one of these texts; `unless`: it must not. No text is "".

    What stands in the columns `naming` names a person, and is counted without its text.
    """

    def __init__(
        self,
        where: Texts[str, frozenset[str]],
        unless: Texts[str, frozenset[str]],
        naming: Container[str] = (),
    ) -> None:
        self._naming = naming
        self._conditions = [(column, texts, True) for column, texts in where.items()]
        self._conditions += [(column, texts, False) for column, texts in unless.items()]
        self.counts: Counter[tuple[str, str]] = Counter()
        """How many rows were left out, by column and text."""

    def __bool__(self) -> bool:
        return bool(self._conditions)

    def leaves_out(self, columns: dict[str, Any]) -> bool:  # Any: JSON
        """Whether a row is not wanted; it is counted. Raises CellError where a column holds no text."""
        for column, texts, wanted in self._conditions:
            text = plain_text(column, columns.get(column)) or ""
            if (text in texts) is not wanted:
                self.counts[column, self._value_shown(column, text, texts)] += 1
                return True
        return False

    def _value_shown(self, column: str, text: str, texts: frozenset[str]) -> str:
        names_a_person = text and text not in texts and column in self._naming
        is_new = (column, text) not in self.counts
        return _OTHERS if names_a_person or (is_new and len(self.counts) >= MOST_TEXTS) else text[:60]
