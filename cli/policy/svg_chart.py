"""Charts as inline SVG: nothing to load, nothing to run."""

from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 900, 240, 50, 30
A_COLOUR, B_COLOUR, LIMIT_COLOUR = "#5b6b7b", "#c2552d", "#888888"


def lines_chart(labels: Sequence[str], a: Sequence[float], b: Sequence[float], limit: float | None) -> str:
    """Two lines over the same labels, and a level that should not be passed."""
    top = max([1, *a, *b, limit or 0])
    parts = [_frame(top, labels)]
    if limit is not None:
        y = _y(limit, top)
        parts.append(
            f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDTH}" y2="{y}" stroke="{LIMIT_COLOUR}" stroke-dasharray="6 4"/>'
        )
    for values, colour in ((a, A_COLOUR), (b, B_COLOUR)):
        points = " ".join(f"{_x(place, len(values))},{_y(value, top)}" for place, value in enumerate(values))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
    return _svg(_HEIGHT, parts)


def bars_chart(rows: Sequence[tuple[str, float, float]], unit: str) -> str:
    """For each name two bars, one below the other."""
    top = max([1e-9, *(abs(value) for _, a, b in rows for value in (a, b))])
    parts = []
    for place, (name, *values) in enumerate(rows):
        y = place * 44
        parts.append(f'<text x="0" y="{y + 22}">{escape(name[:28])}</text>')
        for row, (value, colour) in enumerate(zip(values, (A_COLOUR, B_COLOUR), strict=True)):
            width = round(abs(value) / top * (_WIDTH - 340), 1)
            parts.append(f'<rect x="220" y="{y + 4 + row * 16}" width="{width}" height="13" fill="{colour}"/>')
            parts.append(f'<text x="{226 + width}" y="{y + 15 + row * 16}">{value:,} {escape(unit)}</text>')
    return _svg(44 * len(rows) + 8, parts)


def _frame(top: float, labels: Sequence[str]) -> str:
    base = _y(0, top)
    texts = [f'<text x="0" y="{_y(level, top) + 4}">{level:g}</text>' for level in (0, top)]
    if labels:
        texts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 6}">{escape(labels[0])}</text>')
        texts.append(f'<text x="{_WIDTH}" y="{_HEIGHT - 6}" text-anchor="end">{escape(labels[-1])}</text>')
    return f'<line x1="{_LEFT}" y1="{base}" x2="{_WIDTH}" y2="{base}" stroke="#333333"/>' + "".join(texts)


def _x(place: int, count: int) -> float:
    return round(_LEFT + (_WIDTH - _LEFT) * (place / (count - 1) if count > 1 else 0.5), 1)


def _y(value: float, top: float) -> float:
    return round(10 + (_HEIGHT - _BOTTOM - 10) * (1 - value / top), 1)


def _svg(height: int, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" font-size="12">{"".join(parts)}</svg>'
