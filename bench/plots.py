"""Charts as SVG, drawn by hand: bars, and lines over a logarithmic axis. They open anywhere and need no package."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

_WIDTH, _BAR, _GAP, _LABEL = 720, 22, 10, 200
_HEIGHT, _MARGIN, _LINE = 300, 60, 15
_WHOLE_FROM = 100
_COLOURS = ("#1b4f72", "#b9770e", "#1d8348", "#922b21", "#5b2c6f")
_STYLE = "font-family:sans-serif;font-size:13px"


def bars(title: str, values: Mapping[str, float], ours: Sequence[str]) -> str:
    """One bar for each name, `ours` in another colour."""
    most = max(values.values())
    rows = []
    for number, (name, value) in enumerate(values.items()):
        y = 40 + number * (_BAR + _GAP)
        length = (_WIDTH - _LABEL - 100) * value / most
        colour = _COLOURS[0] if name in ours else "#aab7b8"
        rows += [
            f'<text x="{_LABEL - 8}" y="{y + 16}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{_LABEL}" y="{y}" width="{length:.1f}" height="{_BAR}" fill="{colour}"/>',
            f'<text x="{_LABEL + length + 6:.1f}" y="{y + 16}">{value:,.0f}</text>',
        ]
    return _sheet(title, rows, 50 + len(values) * (_BAR + _GAP))


def lines(title: str, series: Mapping[str, Sequence[tuple[float, float]]], unit: str) -> str:
    """One line for each name over (x, y); x is logarithmic, y begins at 0. The name stands at the line's end."""
    points = [point for each in series.values() for point in each]
    low, high = log10(min(x for x, _ in points)), log10(max(x for x, _ in points))
    most = max(y for _, y in points)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - low) / ((high - low) or 1)
        return _MARGIN + across * (_WIDTH - 200), _HEIGHT - 30 - y / most * (_HEIGHT - 90)

    places = sorted({x for x, _ in points})
    rows = [f'<text x="{place(x, 0)[0]:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">{x:,.0f}</text>' for x in places]
    labels: dict[float, list[tuple[float, str, str]]] = {x: [] for x in places}
    for number, (name, each) in enumerate(series.items()):
        path = " ".join(f"{across:.1f},{up:.1f}" for across, up in (place(*point) for point in each))
        colour = _COLOURS[number % len(_COLOURS)]
        rows.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y in each:
            said = f"{y:,.0f}" if y >= _WHOLE_FROM else f"{y:,.3g}"
            labels[x].append((place(x, y)[1] - 6, colour, f"{said} {escape(name)}" if x == each[-1][0] else said))
    for x, beside in labels.items():
        rows += _one_below_the_other(place(x, 0)[0] + 6, beside)
    rows.append(f'<text x="{_MARGIN - 50}" y="40">{escape(unit)}</text>')
    return _sheet(title, rows, _HEIGHT)


def _one_below_the_other(across: float, labels: Sequence[tuple[float, str, str]]) -> list[str]:
    """Labels (height, colour, text) near where they belong, and none on another."""
    rows, above = [], 0.0
    for height, colour, text in sorted(labels):
        above = max(height, above + _LINE)
        rows.append(f'<text x="{across:.0f}" y="{above:.0f}" fill="{colour}">{text}</text>')
    return rows


def _sheet(title: str, rows: Sequence[str], height: float) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" '
        f'height="{height:.0f}" style="{_STYLE}"><rect width="100%" height="100%" fill="white"/>'
    )
    return "\n".join([head, f'<text x="10" y="22" font-weight="bold">{escape(title)}</text>', *rows, "</svg>\n"])
