"""How the watched board is drawn: lines of text for a terminal of any size, with or without colour."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.text import Text

from cli.output import printable
from cli.watch_look import Sight
from models.alert import Alert, days_text
from models.board import BoardRow, ContributionRow, OffenderView
from models.instants import format_instant

STALE_SECONDS = 5.0
_BELOW = 10
_LAST_IN_BAND = 3
_ALERT_LINES = 5
_HEADER_LINES, _FOOTER_LINES = 3, 1
_ID_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Frame:
    """What the person at the terminal chose: its size, the band's, a search, a pause, and a question being typed."""

    width: int
    height: int
    band_size: int
    first_ranks: Mapping[str, int]
    search: str = ""
    paused: bool = False
    typing: str | None = None


def freshness(sight: Sight, now: float) -> tuple[str, bool]:
    """One line on how fresh the sight is, and whether it is stale."""
    age = now - sight.seen_at
    if sight.trouble is not None and age >= STALE_SECONDS:
        return f"STALE for {age:.0f} s: {sight.trouble}", True
    if sight.state != "open":
        return f"NOT LIVE: the board is {sight.state}; as of {sight.as_of or 'nothing yet'}", True
    stuck = now - sight.moved_at
    if stuck >= STALE_SECONDS:
        return f"STALE: nothing was applied for {stuck:.0f} s, {sight.lag:,} records wait; as of {sight.as_of}", True
    return f"as of {sight.as_of}, {sight.lag:,} records wait, {sight.outbox} entries to publish", False


def board_screen(sight: Sight, frame: Frame, now: float) -> Text:
    """The whole screen: freshness, the band down to the cut, those below it, the newest alerts, the keys."""
    told, stale = freshness(sight, now)
    lines = [Text("harmwatch" + ("  PAUSED" if frame.paused else ""), style="bold")]
    lines.append(Text(told, style="bold white on red" if stale else "green"))
    lines.append(Text(f"{'rank':>5} {'moved':>6}  {'offender':<{_ID_WIDTH}} {'days':>12}  since       could leave"))
    alerts = [_alert_line(alert) for alert in reversed(sight.alerts[-_ALERT_LINES:])]
    room = frame.height - _HEADER_LINES - _FOOTER_LINES - len(alerts) - 1
    lines += _board_lines(sight, frame, max(3, room))
    lines.append(Text("newest alerts" if alerts else "no alerts yet", style="bold"))
    lines += alerts
    for line in lines:
        line.truncate(frame.width, overflow="ellipsis")
    blank = [Text("")] * max(0, frame.height - _FOOTER_LINES - len(lines))
    footer = _footer(frame)
    footer.truncate(frame.width, overflow="ellipsis")
    return Text("\n").join([*lines[: frame.height - _FOOTER_LINES], *blank, footer])


def offender_screen(person: OffenderView | None, offender_id: str, frame: Frame) -> Text:
    """One person's standing and contributions."""
    if person is None:
        lines = [Text(f"{printable(offender_id)}: the store does not answer", style="bold white on red")]
    else:
        rank = f"rank {person.rank}" if person.rank else "not ranked"
        lines = [Text(f"{printable(offender_id)}: {rank}, {days_text(person.score)} days", style="bold")]
        lines += [_contribution_line(row) for row in person.contributions]
    kept = lines[: frame.height - 2]
    if len(kept) < len(lines):
        kept.append(Text(f"and {len(lines) - len(kept)} more"))
    for line in kept:
        line.truncate(frame.width, overflow="ellipsis")
    return Text("\n").join([*kept, Text("Esc back   q quit", style="dim")])


def plain_row(row: BoardRow) -> str:
    """A line of the ranking for a screen reader."""
    since = f", in the band since {format_instant(row.since)}" if row.since is not None else ""
    return f"rank {row.rank}, {printable(row.offender_id)}, {days_text(row.score)} days{since}"


def plain_alert(alert: Alert) -> str:
    """An alert as one sentence."""
    rank = f"at rank {alert.rank}" if alert.rank else "unranked"
    who = printable(alert.offender_id)
    return f"{alert.as_of}: {who} {alert.transition} the band, {rank} with {alert.score_days} days, {alert.cause.kind}"


def _board_lines(sight: Sight, frame: Frame, room: int) -> list[Text]:
    rows = sight.rows
    found = [row for row in rows if frame.search and frame.search in row.offender_id]
    if frame.search:
        head = Text(f"{len(found)} with {frame.search!r}", style="bold")
        return [head, *(_row_line(row, frame, sight) for row in found[: room - 1])]
    inside, outside = rows[: frame.band_size], rows[frame.band_size :]
    below = outside[: min(_BELOW, room // 3)]
    above = room - len(below) - 1
    if len(inside) <= above:
        shown = [_row_line(row, frame, sight) for row in inside]
    else:
        first = inside[: max(1, above - _LAST_IN_BAND - 1)]
        last = inside[len(inside) - min(_LAST_IN_BAND, above - len(first) - 1) :]
        shown = [_row_line(row, frame, sight) for row in first]
        shown.append(Text(f"{'...':>5}  {len(inside) - len(first) - len(last)} more", style="dim"))
        shown += [_row_line(row, frame, sight) for row in last]
    cut = Text(f"----- the cut: {frame.band_size} in the band ".ljust(frame.width, "-"), style="yellow")
    return [*shown, cut, *(_row_line(row, frame, sight) for row in below)]


def _row_line(row: BoardRow, frame: Frame, sight: Sight) -> Text:
    who = printable(row.offender_id)
    who = who if len(who) <= _ID_WIDTH else who[: _ID_WIDTH - 1] + "…"
    if row.since is not None:
        leaves_at = sight.leaves_at.get(row.offender_id)
        last = f"{_date(row.since)}  {_date(leaves_at) if leaves_at is not None else ''}"
    elif len(sight.rows) >= frame.band_size:
        last = f"{days_text(sight.rows[frame.band_size - 1].score - row.score)} days below the cut"
    else:
        last = ""
    days = days_text(row.score)
    return Text(f"{row.rank:>5} {_moved(row, frame):>6}  {who:<{_ID_WIDTH}} {days:>12}  {last}")


def _date(micros: int) -> str:
    return format_instant(micros)[:10]


def _moved(row: BoardRow, frame: Frame) -> str:
    before = frame.first_ranks.get(row.offender_id)
    if before is None:
        return "new"
    return "" if before == row.rank else f"{before - row.rank:+d}"


def _alert_line(alert: Alert) -> Text:
    rank = f"rank {alert.rank}" if alert.rank else "unranked"
    text = f"{alert.as_of}  {alert.transition:<7}  {printable(alert.offender_id)}  {rank}  {alert.cause.kind}"
    return Text(text, style="bold" if alert.transition == "entered" else "")


def _contribution_line(row: ContributionRow) -> Text:
    counts = f"until {format_instant(row.until)}" if row.until is not None else "counts nothing"
    return Text(f"{days_text(row.millidays):>12} days  {printable(row.offence_id)}  {printable(row.code)}  {counts}")


def _footer(frame: Frame) -> Text:
    if frame.typing is not None:
        return Text(frame.typing, style="reverse")
    return Text("p pause   / search   Enter open an id   Esc all   q quit", style="dim")
