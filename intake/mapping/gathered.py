"""Several rows of one offence of one offender, gathered to one report."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from intake.line import Line
from intake.mapping.draft import Draft, instant_of
from intake.mapping.fields import RowError
from intake.mapping.rules import TIMES, GatherRule
from models.instants import parse_instant

_MUST_AGREE = ("code", "status", "type", "source")


class RowGatherer:
    """Takes in drafts; gives one for each offence and offender, in the order of their first rows.

    Victims are united, of their sexes the one counts that the mapping names first; of times the first report, the
    last record and the earliest occurrence. A row that says something else of what must agree is not sent.
    """

    def __init__(self, rule: GatherRule) -> None:
        self._sexes = {sex: place for place, sex in enumerate(rule.victim_sex)}
        self._drafts: dict[tuple[str, str], Draft] = {}
        self.rows = 0
        """Rows that went into a report that was there already."""

        self.differing: Counter[str] = Counter()
        """Of how many of them a time or a victim's sex differed, by field."""

    def add(self, draft: Draft) -> Line | None:
        """One more; a line where it cannot be gathered."""
        try:
            for name in TIMES:
                if name in draft.fields:
                    instant_of(draft.fields, name)
        except RowError as error:
            return draft.bad(str(error))
        first = self._drafts.setdefault(draft.offence, draft)
        if first is draft:
            return None
        for name in _MUST_AGREE:
            one, other = first.fields.get(name), draft.fields.get(name)
            if one != other:
                return draft.bad(
                    f"{name} differs from that of line {first.row.number}, the same offence and offender: "
                    f"{str(other)[:60]!r} and {str(one)[:60]!r}"
                )
        self.rows += 1
        self._unite(first, draft)
        return None

    def drafts(self) -> Iterable[Draft]:
        """What was gathered."""
        return self._drafts.values()

    def _unite(self, first: Draft, draft: Draft) -> None:
        fields, more = first.fields, draft.fields
        victims = dict.fromkeys([*fields.get("victim_ids", ()), *more.get("victim_ids", ())])
        if victims:
            fields["victim_ids"] = list(victims)
        for name in (*TIMES, "victim_sex", "revision"):
            one, other = fields.get(name), more.get(name)
            if one == other:
                continue
            self.differing[name] += name != "revision"
            fields[name] = self._chosen(name, one, other)

    def _chosen(self, name: str, one: Any, other: Any) -> Any:  # Any: the type of the field
        if one is None or other is None:
            return other if one is None else one
        if name == "victim_sex":
            return min(one, other, key=lambda sex: self._sexes.get(sex, len(self._sexes)))
        if name == "revision":
            return max(one, other) if isinstance(one, int) and isinstance(other, int) else one
        return (max if name == "recorded_at" else min)(one, other, key=parse_instant)
