"""How the watched board is drawn: lines of text for a terminal of any size, with or without colour."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from cli.terminal import escaped
from models.alert import Alert, days_text
from models.board import BoardRow, ContributionRow
from models.instants import format_instant
from sight.board_view import BoardView
from sight.printable import printable, printable_code
from sight.words import freshness, render_days, to_the_second

_BELOW = 10
_LAST_IN_BAND = 3
_ALERT_LINES = 5
_FOOTER_LINES = 1
_LONGEST_WARNING_LINES = 3
_ID_WIDTH = 24
_LOUD = "bold reverse red"  # reverse is seen without colour, too


@dataclass(frozen=True, slots=True)
class Frame:
    """The terminal, the band's size, and what the person there chose: a search, a pause, a question being typed.

    `title`: what is watched. `marked`: whose row is marked; the ranking is scrolled to it. `scrolled`: how many lines
    of a person stand above the first that is shown. `encoding`: the terminal's; what it lacks is escaped.
    """

    width: int
    height: int
    band_size: int
    first_ranks: Mapping[str, int]
    search: str = ""
    paused: bool = False
    typing: str | None = None
    title: str = "harmwatch"
    marked: str | None = None
    scrolled: int = 0
    encoding: str = "utf-8"


def board_screen(view: BoardView, frame: Frame, now: float) -> Text:
    """The whole screen: freshness, the band down to the cut, those below it, the newest alerts, the keys."""
    lines = _header(view, frame, now)
    lines.append(Text(f"{'rank':>5} {'moved':>6}  {'offender':<{_ID_WIDTH}} {'days':>12}  since       could leave"))
    alerts = [_alert_line(alert) for alert in reversed(view.alerts[-_ALERT_LINES:])]
    room = frame.height - len(lines) - _FOOTER_LINES - len(alerts) - 1
    lines += _board_lines(view, frame, max(3, room))
    lines.append(Text("newest alerts" if alerts else "no alerts yet", style="bold"))
    lines += alerts
    return _screen(lines, _footer(frame), frame)


def offender_screen(view: BoardView, offender_id: str, frame: Frame, now: float) -> Text:
    """One person's standing and contributions, as soon as they were seen."""
    person, who = view.person, printable(offender_id)
    if person is None or person.offender_id != offender_id:
        lines = [Text(f"looking for {who}")]
    else:
        rank = f"rank {person.rank}" if person.rank else "not ranked"
        known = render_days(person.score) if person.contributions else "nothing is known of them"
        lines = [Text(f"{who}: {rank}, {known}", style="bold")]
        lines += [_contribution_line(row) for row in person.contributions]
    header = _header(view, frame, now)
    room = frame.height - len(header) - _FOOTER_LINES
    lines = [lines[0], *_window(lines[1:], frame.scrolled, room - 1)]
    return _screen([*header, *lines], Text("arrows scroll   Esc back   q quit", style="dim"), frame)


def _window(lines: list[Text], scrolled: int, room: int) -> list[Text]:
    """As many of the lines as there is room for, and how many stand above and below them."""
    if len(lines) <= room:
        return lines
    room = max(1, room - 1)
    first = max(0, min(scrolled, len(lines) - room))
    below = len(lines) - first - room
    text = ", ".join([f"{first} above"] * (first > 0) + [f"{below} more"] * (below > 0))
    return [*lines[first : first + room], Text(text, style="dim")]


def _header(view: BoardView, frame: Frame, now: float) -> list[Text]:
    """The title with the last record, and how fresh it all is; a warning may need several lines."""
    ago = (
        "no record since the watch began" if view.record_at is None else f"last record {now - view.record_at:.0f} s ago"
    )
    title = Text(f"{frame.title}   {ago}", style="bold")
    if frame.paused:
        as_of = to_the_second(view.as_of) if view.as_of else "nothing yet"
        return [title, Text(f"PAUSED for {now - view.seen_at:.0f} s, as of {as_of}; p goes on", style=_LOUD)]
    text, stale = freshness(view, now)
    if not stale:
        return [title, Text(text, style="green")]
    wrapped = textwrap.wrap(text, frame.width, max_lines=_LONGEST_WARNING_LINES, placeholder=" ...")
    return [title, *(Text(line.ljust(frame.width), style=_LOUD) for line in wrapped)]


def _screen(lines: list[Text], footer: Text, frame: Frame) -> Text:
    """Exactly as large as the terminal."""
    shown = lines[: frame.height - _FOOTER_LINES]
    shown += [Text("")] * (frame.height - _FOOTER_LINES - len(shown))
    return Text("\n").join(_fitted(line, frame) for line in (*shown, footer))


def _fitted(line: Text, frame: Frame) -> Text:
    """No wider than the terminal, in letters that it has."""
    if frame.encoding != "utf-8":
        line = Text(escaped(line.plain, frame.encoding), style=line.style)
    line.truncate(frame.width, overflow="ellipsis" if frame.encoding == "utf-8" else "crop")
    return line


def _board_lines(view: BoardView, frame: Frame, room: int) -> list[Text]:
    rows = view.rows
    if frame.search:
        found, what = found_rows(view, frame.search), printable(frame.search)
        text = f"{len(found)} with '{what}'" if found else f"nothing found with '{what}' in the first {len(rows)} ranks"
        return [Text(text, style="bold"), *_around_the_mark(found, frame, view, room - 1)]
    if frame.marked is not None:
        return _around_the_mark(rows, frame, view, room)
    inside, outside = rows[: frame.band_size], rows[frame.band_size :]
    below = outside[: min(_BELOW, room // 3)]
    above = room - len(below) - 1
    if len(inside) <= above:
        shown = [_row_line(row, frame, view) for row in inside]
    else:
        first = inside[: max(1, above - _LAST_IN_BAND - 1)]
        last = inside[len(inside) - min(_LAST_IN_BAND, above - len(first) - 1) :]
        shown = [_row_line(row, frame, view) for row in first]
        shown.append(Text(f"{'...':>5}  {len(inside) - len(first) - len(last)} more", style="dim"))
        shown += [_row_line(row, frame, view) for row in last]
    return [*shown, _cut(frame), *(_row_line(row, frame, view) for row in below)]


def found_rows(view: BoardView, search: str) -> list[BoardRow]:
    """Everyone whose id holds these letters, by rank."""
    return [row for row in view.rows if search in row.offender_id]


def _around_the_mark(rows: Sequence[BoardRow], frame: Frame, view: BoardView, room: int) -> list[Text]:
    """As many of the rows as there is room for, the marked one among them, and the cut where it is."""
    lines: list[Text] = []
    mark = 0
    for row in rows:
        if row.rank == frame.band_size + 1 and not frame.search:
            lines.append(_cut(frame))
        if row.offender_id == frame.marked:
            mark = len(lines)
        lines.append(_row_line(row, frame, view))
    first = max(0, min(mark - room // 2, len(lines) - room))
    return lines[first : first + room]


def _cut(frame: Frame) -> Text:
    return Text(f"----- the cut: {frame.band_size} in the band ".ljust(frame.width, "-"), style="yellow")


def _row_line(row: BoardRow, frame: Frame, view: BoardView) -> Text:
    if row.since is not None:
        leaves_at = view.leaves_at.get(row.offender_id)
        last = f"{_date(row.since)}  {_date(leaves_at) if leaves_at is not None else ''}"
    elif len(view.rows) >= frame.band_size:
        last = f"{render_days(view.rows[frame.band_size - 1].score - row.score)} below the cut"
    else:
        last = ""
    who, days = _in_column(row.offender_id, frame), days_text(row.score)
    style = "reverse" if row.offender_id == frame.marked else ""
    return Text(f"{row.rank:>5} {_moved(row, frame):>6}  {who} {days:>12}  {last}", style=style)


def _in_column(offender_id: str, frame: Frame) -> str:
    """As wide as the column on the screen, where some letters take two places."""
    who = escaped(printable(offender_id), frame.encoding)
    if cell_len(who) > _ID_WIDTH:
        more = "…" if frame.encoding == "utf-8" else "~"
        return set_cell_size(who, _ID_WIDTH - 1) + more
    return set_cell_size(who, _ID_WIDTH)


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
    opens = "Enter open an id" if frame.marked is None else "Enter open the marked row"
    return Text(f"arrows scroll   / search   {opens}   Esc all   p pause   q quit", style="dim")
