"""Fields by the plainest rules, several times as fast: whatever is not plainly good is left to `Maker.set`."""

from collections.abc import Callable
from typing import Any

from intake.ids import is_plain_id
from intake.mapping.rules import PLACEHOLDER, TIMES, Rule
from intake.plain import convert

Columns = dict[str, Any]  # Any: JSON
Fields = dict[str, Any]
Quick = Callable[[Columns, Fields], bool]
"""Makes one field, and says whether it did."""

Slow = Callable[[str], Any]
"""The value of a text by its rule, or an error."""

_REMEMBERED = 16_384
_IDS = ("offence_id", "offender_id")


def quick_way(name: str, rule: Rule, empty: frozenset[str], slow: Slow) -> Quick | None:
    """How a field is made where its cells are plain texts; None where the rule is not plain enough."""
    if rule.value is not None and rule.table is None and isinstance(rule.value, str) and rule.value:
        return _constant(name, slow(rule.value)) if _is_text(name) and name != "victim_ids" else None
    if rule.first_of or rule.original or rule.pseudonym is not None or rule.split or not rule.is_plain:
        return None
    if name == "victim_ids":
        is_alone = rule.column is not None and rule.table is None
        return _of_column(name, rule.column or "", empty, _one_victim) if is_alone else None
    if rule.column is not None:
        read = _reader_of(name, rule, slow)
        return _of_column(name, rule.column, empty, read)
    if rule.template is not None and name not in _IDS:
        return _of_template(name, rule, empty, _reader_of(name, rule, slow))
    return None


def _constant(name: str, value: Any) -> Quick:  # Any: the type of the field
    def make(_: Columns, fields: Fields) -> bool:
        fields[name] = value
        return True

    return make


def _reader_of(name: str, rule: Rule, slow: Slow) -> Callable[[str], Any]:  # Any: the type of the field
    """The value of a text; None where only the slow way knows."""
    if rule.table is not None:
        return {text: convert(name, to) for text, to in rule.table.items()}.get if _is_text(name) else lambda _: None
    if name in TIMES or rule.instant:
        return _Remembered(slow).of
    if name in _IDS:
        return lambda text: text if is_plain_id(text) else None
    return (lambda text: text) if _is_text(name) else lambda _: None


def _one_victim(text: str) -> list[str] | None:
    """The victims of a cell that plainly holds one."""
    return [text] if is_plain_id(text) else None


def _is_text(name: str) -> bool:
    return name not in (*_IDS, *TIMES, "revision")


class _Remembered:
    """What was made of a text, so that it is made once."""

    def __init__(self, slow: Slow) -> None:
        self._slow = slow
        self._known: dict[str, Any] = {}

    def of(self, text: str) -> Any:  # Any: the type of the field
        """The value. Raises what the slow way raises."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[text] = self._slow(text)
        return known


def _of_column(name: str, column: str, empty: frozenset[str], read: Callable[[str], Any]) -> Quick:
    def make(columns: Columns, fields: Fields) -> bool:
        cell = columns.get(column)
        if type(cell) is not str:
            return False
        text = cell.strip()
        if not text or text in empty:
            return False
        value = read(text)
        if value is None:
            return False
        fields[name] = value
        return True

    return make


def _of_template(name: str, rule: Rule, empty: frozenset[str], read: Callable[[str], Any]) -> Quick:
    parts = rule.placeholders
    between = PLACEHOLDER.sub("\0", rule.template or "").split("\0")

    def make(columns: Columns, fields: Fields) -> bool:
        texts = [between[0]]
        for part, behind in zip(parts, between[1:], strict=True):
            given = fields.get(part)
            if given is None:
                cell = columns.get(part)
                if type(cell) is not str:
                    return False
                given = cell.strip()
                if not given or given in empty:
                    return False
            texts += (str(given), behind)
        value = read("".join(texts))
        if value is None:
            return False
        fields[name] = value
        return True

    return make
