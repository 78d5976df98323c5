"""The mover report in words: one sentence for each claim."""

from collections.abc import Iterator

from cli.claims import Claim, Sentences, claim, render_claims
from cli.policy.comparison_document import ComparisonDocument, ComparisonFigures
from cli.policy.policies import policy_name
from models.alert import days_text
from sight.printable import printable

SHOWN = 20


def comparison_claims(document: ComparisonFigures) -> Iterator[Claim]:
    """The whole in figures, then the people, the most moved first."""
    movers = document.movers
    policies = {"a": document.a.figures("id", "version"), "b": document.b.figures("id", "version")}
    yield claim("compared", document.figures("board", "from", "to"), **policies)
    yield claim("would_enter", people=list(document.would_enter))
    yield claim("would_leave", people=list(document.would_leave))
    yield claim("days_in_band", gained=document.days_gained, lost=document.days_lost, people=len(movers))
    for side, policy in (("a", document.a), ("b", document.b)):
        figures = policy.figures("alerts", "alerts_per_day", "busiest_day", "days_over_capacity", "refused")
        yield claim("alerts", figures, side=side, capacity=document.capacity)
    for group in document.groups or ():
        yield claim("group", group.figures())
    for mover in movers[:SHOWN]:
        yield claim("mover", mover.figures())
    if len(movers) > SHOWN:
        yield claim("more_movers", people=len(movers) - SHOWN)


def render_comparison(document: ComparisonDocument) -> str:
    """One line for each claim."""
    return "\n".join(render_claims(document.claims, SENTENCES))


def _compared(one: Claim) -> str:
    a, b = (policy_name(one[side]["id"], one[side]["version"]) for side in "ab")
    return f"board {one['board']}, {one['from']} to {one['to']}: {a} (A) against {b} (B)"


def _names(people: list[str]) -> str:
    shown = ", ".join(printable(who) for who in people[:SHOWN]) or "no one"
    return f"{len(people)} ({shown}{', ...' if len(people) > SHOWN else ''})"


def _alerts(one: Claim) -> str:
    busiest = one["busiest_day"]
    text = f"alerts under {one['side'].upper()}: {one['alerts']:,}, {one['alerts_per_day']} in 24 hours"
    if busiest:
        text += f", at most {busiest['alerts']} ({busiest['day']})"
    if one["capacity"] is not None:
        text += f"; more than the desk's {one['capacity']} on {one['days_over_capacity']} days"
    return text + (f"; {one['refused']} records refused" if one["refused"] else "")


def _group(one: Claim) -> str:
    parts = (f"{one[side]['percent_of_days']} % ({one[side]['at_end']} at the end)" for side in "ab")
    return f"group {printable(one['group'])}: {' -> '.join(parts)} of the days in the band"


def _mover(one: Claim) -> str:
    sides = (
        f"{'rank ' + str(one[side]['rank']) if one[side]['rank'] else 'not ranked'} with "
        f"{days_text(one[side]['score_millidays'])} days"
        for side in "ab"
    )
    return (
        f"  {printable(one['offender_id'])}: {one['days_gained']:+,} days in the band; at the end {' -> '.join(sides)}"
    )


SENTENCES: Sentences = {
    "compared": _compared,
    "would_enter": lambda one: f"in the band at the end under B alone: {_names(one['people'])}",
    "would_leave": lambda one: f"in the band at the end under A alone: {_names(one['people'])}",
    "days_in_band": lambda one: (
        f"days in the band: {one['gained']:,} gained, {one['lost']:,} lost, by {one['people']:,} people"
    ),
    "alerts": _alerts,
    "group": _group,
    "mover": _mover,
    "more_movers": lambda one: f"  and {one['people']:,} more, which --json and --html list",
}
