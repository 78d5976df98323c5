"""How the watched board is drawn: lines of text for a terminal of any size, with or without colour."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from rich.text import Text

from cli.output import printable, printable_code
from cli.watch_look import Sight
from cli.watch_words import days_in_words, freshness, to_the_second
from models.alert import Alert, days_text
from models.board import BoardRow, ContributionRow
from models.instants import format_instant

_BELOW = 10
_LAST_IN_BAND = 3
_ALERT_LINES = 5
_FOOTER_LINES = 1
_LONGEST_WARNING_LINES = 3
_ID_WIDTH = 24
_LOUD = "bold reverse red"  # reverse is seen without colour, too


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


def board_screen(sight: Sight, frame: Frame, now: float) -> Text:
    """The whole screen: freshness, the band down to the cut, those below it, the newest alerts, the keys."""
    lines = _header(sight, frame, now)
    lines.append(Text(f"{'rank':>5} {'moved':>6}  {'offender':<{_ID_WIDTH}} {'days':>12}  since       could leave"))
    alerts = [_alert_line(alert) for alert in reversed(sight.alerts[-_ALERT_LINES:])]
    room = frame.height - len(lines) - _FOOTER_LINES - len(alerts) - 1
    lines += _board_lines(sight, frame, max(3, room))
    lines.append(Text("newest alerts" if alerts else "no alerts yet", style="bold"))
    lines += alerts
    return _screen(lines, _footer(frame), frame)


def offender_screen(sight: Sight, offender_id: str, frame: Frame, now: float) -> Text:
    """One person's standing and contributions, as soon as they were seen."""
    person, who = sight.person, printable(offender_id)
    if person is None or person.offender_id != offender_id:
        lines = [Text(f"looking for {who}")]
    else:
        rank = f"rank {person.rank}" if person.rank else "not ranked"
        lines = [Text(f"{who}: {rank}, {days_in_words(person.score)}", style="bold")]
        lines += [_contribution_line(row) for row in person.contributions]
    header = _header(sight, frame, now)
    room = frame.height - len(header) - _FOOTER_LINES
    if len(lines) > room:
        lines = [*lines[: room - 1], Text(f"and {len(lines) - room + 1} more")]
    return _screen([*header, *lines], Text("Esc back   q quit", style="dim"), frame)


def _header(sight: Sight, frame: Frame, now: float) -> list[Text]:
    """The title with the last record, and how fresh it all is; a warning may need several lines."""
    ago = (
        "no record since the watch began"
        if sight.record_at is None
        else f"last record {now - sight.record_at:.0f} s ago"
    )
    title = Text(f"harmwatch   {ago}", style="bold")
    if frame.paused:
        as_of = to_the_second(sight.as_of) if sight.as_of else "nothing yet"
        return [title, Text(f"PAUSED for {now - sight.seen_at:.0f} s, as of {as_of}; p goes on", style=_LOUD)]
    told, stale = freshness(sight, now)
    if not stale:
        return [title, Text(told, style="green")]
    wrapped = textwrap.wrap(told, frame.width, max_lines=_LONGEST_WARNING_LINES, placeholder=" ...")
    return [title, *(Text(line.ljust(frame.width), style=_LOUD) for line in wrapped)]


def _screen(lines: list[Text], footer: Text, frame: Frame) -> Text:
    """Exactly as large as the terminal."""
    shown = lines[: frame.height - _FOOTER_LINES]
    shown += [Text("")] * (frame.height - _FOOTER_LINES - len(shown))
    for line in (*shown, footer):
        line.truncate(frame.width, overflow="ellipsis")
    return Text("\n").join([*shown, footer])


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
        last = f"{days_in_words(sight.rows[frame.band_size - 1].score - row.score)} below the cut"
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
    who, at = printable(alert.offender_id), to_the_second(alert.as_of)
    text = f"{at}  {alert.transition:<7}  {who}  {rank}  {alert.cause.kind}"
    return Text(text, style="bold" if alert.transition == "entered" else "")


def _contribution_line(row: ContributionRow) -> Text:
    counts = f"until {format_instant(row.until)}" if row.until is not None else "counts nothing"
    return Text(
        f"{days_text(row.millidays):>12} days  {printable(row.offence_id)}  {printable_code(row.code)}  {counts}"
    )


def _footer(frame: Frame) -> Text:
    if frame.typing is not None:
        return Text(frame.typing, style="reverse")
    return Text("p pause   / search   Enter open an id   Esc all   q quit", style="dim")
