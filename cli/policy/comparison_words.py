"""The sentences and rows of a comparison that an owner signs."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from cli.claims import Claim, Sentences, claim
from cli.policy.comparison_document import ComparisonDocument
from cli.policy.policies import policy_name
from cli.policy.policy_value import value_text
from cli.provenance import Provenance
from models.alert import days_text
from models.instants import format_instant, parse_instant
from pages.moments import Moments
from pages.paper import Cell
from sight.printable import printable

SMALL_GROUP = 10
"""With fewer people who were ever in the band, one of them more or less moves a group's share visibly."""


def comparison_page_claims(
    document: ComparisonDocument, provenance: Provenance, question: str | None
) -> Iterator[Claim]:
    """What the page says: the claims of the report with every mover, how it was done, and where it ends."""
    yield claim("question", text=question)
    yield from (one for one in document.claims if one["claim"] not in {"mover", "more_movers"})
    yield claim("method", document.figures("board", "from", "to"))
    for key in document.differences.keys:
        yield claim("differs", key.figures())
    yield claim("codes_differ", codes=document.differences.codes)
    if document.groups is not None:
        yield claim("groups")
        small = [one.group for one in document.groups if one.ever_in_band < SMALL_GROUP]
        yield from [claim("small_groups", groups=small)] if small else []
    for mover in document.movers:
        yield claim("mover", mover.figures())
    yield claim("limits")
    yield claim("made", by=provenance.made_by, at=format_instant(provenance.at), version=provenance.version)


def say(one: Claim, moments: Moments) -> str:
    """The sentence of a claim."""
    instants = ("from", "to", "at")
    shown = one | {name: moments.text(parse_instant(one[name])) for name in instants if name in one}
    if one.get("busiest_day"):
        day = parse_instant(f"{one['busiest_day']['day']}T00:00:00Z")
        shown["busiest_day"] = one["busiest_day"] | {"day": Moments(moments.form, ZoneInfo("UTC")).day(day)}
    return SENTENCES[one["claim"]](shown)


DIFFERS_HEAD = ("What differs", "A", "B")


def differs_row(one: Claim) -> tuple[Cell, ...]:
    """A key of the policies with both values."""
    name = one["name"]
    return (name,), (value_text(name, one["a"], "not there"),), (value_text(name, one["b"], "not there"),)


GROUP_HEAD = (
    "Group", "People in the table", "Ever on the list", "At the end, A", "At the end, B", "Share of days, A", "B",
)  # fmt: skip


def group_row(one: Claim) -> tuple[Cell, ...]:
    """A group: how large it is, and what it has of the list under each policy."""
    size = "-" if one["people"] is None else f"{one['people']:,}"
    ends = ((f"{one[side]['at_end']}",) for side in "ab")
    shares = ((f"{one[side]['percent_of_days']} %",) for side in "ab")
    return (one["group"],), (size,), (f"{one['ever_in_band']:,}",), *ends, *shares


MOVER_HEAD = (
    "Person",
    "Days on the list, A",
    "B",
    "At the end, A",
    "At the end, B",
    "Heaviest crimes that count at the end",
)


def mover_row(one: Claim) -> tuple[Cell, ...]:
    """Somebody whom the policies treat otherwise, and why."""
    days = ((f"{one[side]['days_in_band']:,}",) for side in "ab")
    more = one["crimes_total"] - len(one["crimes"])
    crimes = (*map(_crime, one["crimes"]), *((f"and {more:,} more",) if more else ()))
    return (one["offender_id"],), *days, *(_end(one[side]) for side in "ab"), crimes or ("none",)


def _crime(one: Claim) -> str:
    a, b = days_text(one["a_millidays"]), days_text(one["b_millidays"])
    return f"{one['title'] or 'code ' + one['code']}: {f'{a} days' if a == b else f'{a} days under A, {b} under B'}"


def _end(side: Claim) -> Cell:
    place = f"place {side['rank']:,}" if side["rank"] else "no place"
    return "on the list" if side["in_band"] else "not on it", f"{place}, {days_text(side['score_millidays'])} days"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _alerts(one: Claim) -> str:
    side, busiest = one["side"].upper(), one["busiest_day"]
    text = f"Under {side} there would have been {one['alerts']:,} alerts, {one['alerts_per_day']:,} in 24 hours"
    text += f"; the most on one day (UTC), {busiest['alerts']:,}, on {busiest['day']}." if busiest else "."
    if one["capacity"] is not None:
        days = one["days_over_capacity"]
        text += f" On {days:,} {'day' if days == 1 else 'days'} there would have been more than the {one['capacity']} "
        text += "that the desk can work off."
    return text + (f" {one['refused']:,} records could not be scored under {side}." if one["refused"] else "")


SENTENCES: Sentences = {
    "question": lambda one: (
        one["text"] or "The question: what would change if policy B stood in the place of policy A?"
    ),
    "compared": lambda one: (
        f"A is policy {policy_name(one['a']['id'], one['a']['version'])}, "
        f"B is policy {policy_name(one['b']['id'], one['b']['version'])}."
    ),
    "would_enter": lambda one: (
        f"At the end {_people(len(one['people']))} would be on the list under B who are not under A."
    ),
    "would_leave": lambda one: (
        f"At the end {_people(len(one['people']))} would be on the list under A who are not under B."
    ),
    "days_in_band": lambda one: (
        f"B treats {_people(one['people'])} otherwise than A: together it gives {one['gained']:,} days on the list, "
        f"and takes away {one['lost']:,}."
    ),
    "alerts": _alerts,
    "method": lambda one: (
        f"The recorded history of board {one['board']} was replayed from its beginning on two boards, one under each "
        f"policy. Everything here is measured from {one['from']} to {one['to']}, both included, and "
        "computed, not estimated."
    ),
    "codes_differ": lambda one: (
        "Every code counts the same days in both tables."
        if not one["codes"]
        else f"{one['codes']:,} {'code counts' if one['codes'] == 1 else 'codes count'} other days in one table than "
        "in the other, or stand in one alone."
    ),
    "groups": lambda _: (
        "Groups come from a table that was given for this report; no score knows of them. A share is one of the days "
        "that all people together were on the list."
    ),
    "small_groups": lambda one: (
        f"Fewer than {SMALL_GROUP} people of these groups were ever on either list, so that one person more or less "
        f"moves their share much: {', '.join(map(printable, one['groups']))}."
    ),
    "limits": lambda _: (
        "It says how two policies would have treated what was recorded. It does not say which of them is right, what "
        "is not recorded, or what anybody would have done otherwise."
    ),
    "made": lambda one: f"Made by {one['by']} at {one['at']} with harmwatch {one['version']}.",
}
