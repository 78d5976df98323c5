"""The mover report as one HTML page that opens offline: no script, no address, nothing to load."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from cli.output import printable
from cli.policy.comparison_document import ComparisonDocument, GroupDocument, MoverDocument, SideDocument
from cli.policy.policies import policy_name
from cli.policy.svg_chart import A_COLOUR, B_COLOUR, bars_chart, lines_chart
from models.alert import days_text
from models.errors import WrongUse

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:.25em .5em;text-align:right}"
    "td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}"
    f".a{{color:{A_COLOUR}}}.b{{color:{B_COLOUR}}}"
)
_LARGEST = 15


def write_page(path: Path, document: ComparisonDocument) -> None:
    """Writes the page. Raises WrongUse when it cannot be written."""
    try:
        path.write_text(comparison_page(document), "utf-8")
    except OSError as error:
        raise WrongUse(f"{path} cannot be written: {error.strerror}") from error


def comparison_page(document: ComparisonDocument) -> str:
    """The page."""
    a, b = (escape(policy_name(policy.id, policy.version)) for policy in (document.a, document.b))
    days = document.alerts_per_day
    alerts = lines_chart(
        [day.day for day in days],
        [day.a for day in days],
        [day.b for day in days],
        document.capacity,
    )
    parts = [
        f"<h1>{a} against {b}</h1>",
        f"<p>Board {escape(document.board)}, {document.start} to {document.end}. "
        f'<b class="a">A is {a}</b>, <b class="b">B is {b}</b>.</p>',
        _figures(document),
        f"<h2>Alerts per day</h2>{alerts}{_capacity(document.capacity)}",
        _groups(document.groups),
        _movers(document.movers),
    ]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{a} against {b}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _figures(document: ComparisonDocument) -> str:
    a, b = document.a, document.b
    rows: list[tuple[str, float, float]] = [
        ("alerts", a.alerts, b.alerts),
        ("alerts per day", a.alerts_per_day, b.alerts_per_day),
    ]
    if a.days_over_capacity is not None and b.days_over_capacity is not None:
        rows.append(("days over the desk's capacity", a.days_over_capacity, b.days_over_capacity))
    rows.append(("records refused", a.refused, b.refused))
    table = "".join(f"<tr><td>{name}</td><td>{ours:,}</td><td>{theirs:,}</td></tr>" for name, ours, theirs in rows)
    return (
        f"<p>At the end {len(document.would_enter)} people would be in the band who are not under A, and "
        f"{len(document.would_leave)} would not be any more. Days in the band: {document.days_gained:,} gained, "
        f"{document.days_lost:,} lost.</p><table><tr><th></th><th>A</th><th>B</th></tr>{table}</table>"
    )


def _capacity(capacity: int | None) -> str:
    return "" if capacity is None else f"<p>The dashed line is what the desk can work off: {capacity} a day.</p>"


def _groups(groups: Sequence[GroupDocument] | None) -> str:
    if groups is None:
        return ""
    rows = [(printable(one.group), one.a.percent_of_days, one.b.percent_of_days) for one in groups]
    return f"<h2>Share of the days in the band by group</h2>{bars_chart(rows, '%')}"


def _movers(movers: Sequence[MoverDocument]) -> str:
    if not movers:
        return "<h2>People</h2><p>No one would be treated differently.</p>"
    largest = [(printable(one.offender_id), one.a.days_in_band, one.b.days_in_band) for one in movers[:_LARGEST]]
    rows = "".join(_row(one) for one in movers)
    head = "<tr><th>person</th><th>days in the band, A</th><th>B</th><th>at the end, A</th><th>B</th></tr>"
    chart = bars_chart(largest, "days")
    return f"<h2>The most moved people</h2>{chart}<h2>Everybody moved</h2><table>{head}{rows}</table>"


def _row(one: MoverDocument) -> str:
    days = (f"<td>{side.days_in_band:,}</td>" for side in (one.a, one.b))
    ends = (_end(side) for side in (one.a, one.b))
    return f"<tr><td>{escape(printable(one.offender_id))}</td>{''.join(days)}{''.join(ends)}</tr>"


def _end(side: SideDocument) -> str:
    rank = f"rank {side.rank:,}" if side.rank else "not ranked"
    return f"<td>{'in the band, ' if side.in_band else ''}{rank}, {days_text(side.score_millidays)} days</td>"
