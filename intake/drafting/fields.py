"""Which column of a stranger's file could be which field of a report: by its name, and by what stands in it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from intake.drafting.columns import Column

# Words as systems call their columns, the surest first; `(?!...)` keeps out what only sounds like it.
_NAMES: dict[str, tuple[str, ...]] = {
    "offence_id": (
        r"\b(crime|incident|offen[cs]e|case|report|complaint|occurrence|file|docket|event)\W*(id|ref(erence)?|no|num(ber)?|nr|key)\b",
        r"\b(urn|dr no|crn|rd no|cmplnt num|fir no|crimeref)\b", r"^(crime|incident|case|offen[cs]e|complaint|id)$",
    ),
    "offender_id": (
        r"\b(suspect|offender|nominal|accused|defendant|arrestee|perp(etrator)?|arrest)\W*(person )?"
        r"(id|ref(erence)?|no|num(ber)?|nr|key)\b",
        r"^(suspect|offender|nominal|accused|defendant|arrestee|perpetrator)s?$",
        r"\b(suspect|offender|nominal|accused|defendant|arrestee|perpetrator|person)\b"
        r"(?!.*\b(sex|gender|age|race|count|dob|born|birth|ethnic\w*|role|type)\b)",
    ),
    "victim_ids": (
        r"\b(victim|complainant|aggrieved|injured party|ip|vic)\W*(id|ref(erence)?|no|num(ber)?|nr|key)s?\b",
        r"^(victim|complainant|aggrieved)s?$",
    ),
    "code": (
        r"\b(offen[cs]e|crime|charge|ho|home office|ucr|nibrs|iucr|ky|pd|penal|law)\W*(code|cd|class)\b",
        r"\b(statute|offen[cs]e|charge|crime type|primary type|crime category|law)\b"
        r"(?!.*\b(id|ref|reference|no|num|number|date|time|dt|at|on|from|to|disposition|outcome|status)\b)",
        r"\b(ofns|offen[cs]e) desc\b",
        r"\b(crime|description|category)\b(?!.*\b(id|ref|reference|no|num|number|date|time)\b)",
    ),
    "status": (
        r"\b(outcome|disposition|clearance|result|finding|verdict)\b(?!.*\b(date|time|on|at|dt)\b)",
        r"\b(case|crime|charge)?\W*status\b(?!.*\b(date|time)\b)",
    ),
    "victim_sex": (r"\b(victim|vic|complainant|aggrieved)\w*\W*(sex|gender)\b", r"^(sex|gender)$"),
    "occurred_at": (
        r"\b(occurred|occurrence|committed|happened|cmplnt fr|date occ)\b",
        r"\b(offen[cs]e|incident|crime) date\b|\bdate of (offen[cs]e|incident|crime)\b",
        r"\b(from|start|begin)\b.*\b(date|time|on|at|dt)?\b", r"^(date|datetime|when)$", r"\bevent date\b",
    ),
    "reported_at": (
        r"\b(reported|rpt|rptd|report date|logged|notified|first recorded)\b",
        r"\b(recorded|created|opened|received|filed|arrest date)\b",
    ),
    "recorded_at": (
        r"\b(updated|modified|last change\w*|changed|amended|edited|refreshed)\b",
        r"\b(recorded|entered|created|disposition date|outcome date|arrest date)\b",
        r"\b(reported|rpt|logged)\b",
    ),
}  # fmt: skip
_TIMES = ("occurred_at", "reported_at", "recorded_at")
_BEHIND_ALL_OTHERS = 100
_FEWEST_DIGITS_OF_A_DAY = 3
_ROLE = re.compile(r"\b(role|involvement|person type|party type|capacity|connection)\b")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Candidate(NamedTuple):
    """A column that could be a field, and why; the lower `rank`, the surer."""

    column: str
    reason: str
    rank: int


def spoken(column: str) -> str:
    """A column's name in plain words: `suspects[].personId` is `suspects person id`."""
    return " ".join(re.split(r"[^a-z0-9]+", _CAMEL.sub(" ", column).casefold())).strip()


def candidates(name: str, columns: Sequence[Column]) -> list[Candidate]:
    """The columns that could be a field, the likeliest first."""
    found = []
    for column in columns:
        words = spoken(column.name)
        rank = next((place for place, pattern in enumerate(_NAMES[name]) if re.search(pattern, words)), None)
        reason = _fits(name, column) if rank is not None else None
        if rank is not None and reason is not None:
            unread = name in _TIMES and not column.times.is_time
            found.append(Candidate(column.name, reason, rank + _BEHIND_ALL_OTHERS * unread))
    return sorted(found, key=lambda one: one.rank)


def _fits(name: str, column: Column) -> str | None:
    """What its texts say for it; None where they speak against it."""
    if not column.filled:
        return None
    if name in _TIMES:
        return f"its name, and {column.render()}" if column.times.is_time or _may_hold_days(column) else None
    # Digits alone may be a number that only looks like an instant or an hour.
    if (column.times.is_time or column.times.is_clock) and not all(map(str.isdigit, column.texts)):
        return None
    if name == "victim_sex" and column.distinct > 12:
        return None
    if name in ("code", "status") and column.is_capped:
        return None
    return f"its name, and {column.render()}"


def _may_hold_days(column: Column) -> bool:
    """Whether at least half of its texts have as many digits as a day has, although no known format fits them."""
    dated = sum(sum(map(str.isdigit, text)) >= _FEWEST_DIGITS_OF_A_DAY for text in column.texts)
    return not column.times.is_clock and 2 * dated >= column.distinct


def clock_beside(day: str, columns: Sequence[Column]) -> str | None:
    """The column of hours that belongs to a column of days, by its name."""
    words = set(spoken(day).split()) - {"date", "day", "dt", "on"}
    clocks = [column for column in columns if column.times.is_clock]
    fitting = [one for one in clocks if set(spoken(one.name).split()) - {"time", "hour", "tm", "at"} == words]
    return fitting[0].name if len(fitting) == 1 else None


def role_column(columns: Sequence[Column]) -> Column | None:
    """The column that says what a person has to do with the offence, where there is one."""
    return next((one for one in columns if _ROLE.search(spoken(one.name)) and not one.is_capped), None)
