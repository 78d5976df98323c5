"""What the watched board says in words: how fresh it is, a place, an alert."""

from models.alert import Alert, days_text
from models.board import BoardRow
from models.instants import format_instant
from sight.board_view import STALE_SECONDS, UNSEEN, BoardView
from sight.printable import printable

_STATES = {
    "none": "nothing was ever applied; is a worker running (harmwatch worker)?",
    "closed": "no worker has it in hand (harmwatch worker)",
    "recovering": "a worker compares it with the journal",
    "clock": "too long a time has passed by the clocks; harmwatch status says what to do",
    "parked": "of a partition most records would be refused; harmwatch status says which, and why",
}


def freshness(view: BoardView, now: float) -> tuple[str, bool]:
    """One line on how fresh the view is, and whether it is stale."""
    age, as_of = now - view.seen_at, to_the_second(view.as_of) if view.as_of else "nothing yet"
    if age >= STALE_SECONDS or (view.trouble is not None and view.state == UNSEEN):
        trouble = view.trouble or "no answer yet from Kafka (HARMWATCH_KAFKA) or Redis (HARMWATCH_REDIS)"
        return f"STALE for {age:.0f} s: {trouble}", True
    if view.state == UNSEEN:
        return "looking for the board", False
    if view.state != "open":
        return f"NOT LIVE: the board is {view.state}: {_STATES[view.state]}; as of {as_of}", True
    if view.reasons:
        return f"NOT LIVE: {'; '.join(view.reasons)}; as of {as_of}", True
    stuck = now - view.moved_at
    if stuck >= STALE_SECONDS:
        return f"STALE: nothing was applied for {stuck:.0f} s, {view.lag:,} records wait; as of {as_of}", True
    return f"as of {as_of}, {view.lag:,} records wait, {view.outbox:,} entries to publish", False


def plain_row(row: BoardRow) -> str:
    """A line of the ranking for a screen reader."""
    since = f", in the band since {to_the_second(format_instant(row.since))}" if row.since is not None else ""
    return f"rank {row.rank}, {printable(row.offender_id)}, {render_days(row.score)}{since}"


def plain_alert(alert: Alert) -> str:
    """An alert as one sentence."""
    rank = f"at rank {alert.rank}" if alert.rank else "unranked"
    who = printable(alert.offender_id)
    days = render_days(alert.score_millidays)
    return f"{to_the_second(alert.as_of)}: {who} {alert.transition} the band, {rank} with {days}, {alert.cause.kind}"


def render_days(millidays: int) -> str:
    """1 day, 2 days, 182.5 days."""
    days = days_text(millidays)
    return f"{days} day" if days == "1" else f"{days} days"


def grouped_number(millidays: int) -> str:
    """Days as a number that is read at a glance: 1,825 or 182.5."""
    whole, _, rest = days_text(abs(millidays)).partition(".")
    sign = "\N{MINUS SIGN}" if millidays < 0 else ""
    return f"{sign}{int(whole):,}{'.' if rest else ''}{rest}"


def grouped_days(millidays: int) -> str:
    """1 day, 1,825 days."""
    number = grouped_number(millidays)
    return f"{number} day" if number == "1" else f"{number} days"


def to_the_second(instant: str) -> str:
    """No one who watches reads fractions."""
    return printable(instant[:19]) + "Z"
