"""The mover report in words."""

from typing import Any

from cli.output import printable
from cli.policies import policy_name
from models.alert import days_text

_SHOWN = 20


def comparison_in_words(document: dict[str, Any]) -> str:
    """The whole in figures, then the people, the most moved first."""
    a, b = document["a"], document["b"]
    lines = [
        f"board {document['board']}, {document['from']} to {document['to']}: "
        f"{policy_name(a)} (A) against {policy_name(b)} (B)",
        f"would be in the band at the end: {_names(document['would_enter'])}",
        f"would not be any more: {_names(document['would_leave'])}",
        f"days in the band: {document['days_gained']:,} gained, {document['days_lost']:,} lost, "
        f"by {len(document['movers']):,} people",
        *(_alerts(side, document[side.lower()], document["capacity"]) for side in "AB"),
    ]
    for one in document["groups"] or ():
        parts = (f"{one[side]['percent_of_days']} % ({one[side]['at_end']} at the end)" for side in "ab")
        lines.append(f"group {printable(one['group'])}: {' -> '.join(parts)} of the days in the band")
    lines += [_mover(one) for one in document["movers"][:_SHOWN]]
    hidden = len(document["movers"]) - _SHOWN
    if hidden > 0:
        lines.append(f"  and {hidden:,} more, which --json and --html list")
    return "\n".join(lines)


def _names(people: list[str]) -> str:
    shown = ", ".join(printable(who) for who in people[:_SHOWN]) or "nobody"
    return f"{len(people)} ({shown}{', ...' if len(people) > _SHOWN else ''})"


def _alerts(side: str, policy: dict[str, Any], capacity: int | None) -> str:
    busiest = policy["busiest_day"]
    text = f"alerts under {side}: {policy['alerts']:,}, {policy['alerts_per_day']} a day"
    if busiest:
        text += f", at most {busiest['alerts']} ({busiest['day']})"
    if capacity is not None:
        text += f"; more than the desk's {capacity} on {policy['days_over_capacity']} days"
    return text + (f"; {policy['refused']} records refused" if policy["refused"] else "")


def _mover(one: dict[str, Any]) -> str:
    sides = (
        f"{'rank ' + str(one[side]['rank']) if one[side]['rank'] else 'not ranked'} with "
        f"{days_text(one[side]['score_millidays'])} days"
        for side in "ab"
    )
    return (
        f"  {printable(one['offender_id'])}: {one['days_gained']:+,} days in the band; at the end {' -> '.join(sides)}"
    )
