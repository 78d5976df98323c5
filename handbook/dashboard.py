"""The Grafana dashboard as Grafana imports it."""

import json
from collections.abc import Iterator
from typing import Any

from handbook.panels import ROWS, Panel

_WIDTH, _HEIGHT, _A_ROW = 6, 7, 24
_SOURCE = {"type": "prometheus", "uid": "${source}"}


def dashboard() -> str:
    """The JSON that Grafana imports."""
    document = {
        "title": "harmwatch",
        "uid": "harmwatch",
        "schemaVersion": 39,
        "editable": True,
        "refresh": "15s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": list(_variables())},
        "panels": list(_panels()),
    }
    return json.dumps(document, indent=1) + "\n"


def _variables() -> Iterator[dict[str, Any]]:  # Any: Grafana's JSON, as below
    yield {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    query = "label_values(harmwatch_look_success, board)"
    yield {"name": "board", "type": "query", "query": query, "definition": query, "datasource": _SOURCE, "refresh": 2}


def _panels() -> Iterator[dict[str, Any]]:
    number, y = 0, 0
    for title, panels in ROWS.items():
        number += 1
        yield {
            "id": number,
            "type": "row",
            "title": title,
            "collapsed": False,
            "panels": [],
            "gridPos": _place(0, y, _A_ROW, 1),
        }
        y += 1
        for place, panel in enumerate(panels):
            number += 1
            across, down = place * _WIDTH % _A_ROW, place * _WIDTH // _A_ROW
            yield _panel(panel, number) | {"gridPos": _place(across, y + down * _HEIGHT, _WIDTH, _HEIGHT)}
        y += -(-len(panels) * _WIDTH // _A_ROW) * _HEIGHT


def _place(x: int, y: int, w: int, h: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": w, "h": h}


def _panel(panel: Panel, number: int) -> dict[str, Any]:
    targets = [
        {"refId": chr(ord("A") + place), "expr": query, "legendFormat": legend or panel.title, "datasource": _SOURCE}
        for place, (legend, query) in enumerate(panel.queries.items())
    ]
    drawn: dict[str, Any] = {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "datasource": _SOURCE,
        "targets": targets,
    }
    defaults: dict[str, Any] = {"unit": panel.unit}
    if panel.colours:
        steps = [
            {"value": None if bound == "0" else float(bound), "color": colour}
            for bound, colour in panel.colours.items()
        ]
        defaults["thresholds"] = {"mode": "absolute", "steps": steps}
    if panel.kind == "stat" and any("state" in legend for legend in panel.queries):
        drawn["options"] = {"textMode": "name"}
    return drawn | {"fieldConfig": {"defaults": defaults, "overrides": []}}
