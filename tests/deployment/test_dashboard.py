"""The dashboard asks for nothing that there is not, shows all that there is, and Prometheus takes each question."""

import json
import re
from pathlib import Path

import yaml

from runtime.metrics.table import METRICS
from tests.deployment.prometheus import ROOT, promtool
from tests.deployment.test_alert_rules import known_series, named_in

DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "harmwatch.json").read_text("utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]
NOT_DRAWN = {"look_timestamp_seconds", "wall_clock", "end_offset", "applied_offset", "last_applied_timestamp_seconds"}
NOT_DRAWN |= {
    "rebalance_seconds",
    "recovery_seconds",
    "assigned_partitions",
    "group_member",
    "runs_in_hand",
    "read_offset",
}


def test_every_query_asks_for_metrics_of_the_table() -> None:
    for query in QUERIES:
        assert named_in(query)
        assert named_in(query) <= known_series(), query


def test_every_metric_is_drawn_or_left_out_on_purpose() -> None:
    drawn = {name for query in QUERIES for name in named_in(query)}
    stems = {re.sub(r"_(bucket|sum|count)$", "", name) for name in drawn} | drawn
    assert {metric.name for metric in METRICS if metric.full_name not in stems} == NOT_DRAWN


def test_prometheus_takes_every_query(tmp_path: Path) -> None:
    asked = [query.replace("$__rate_interval", "1m").replace("$board", "v100") for query in QUERIES]
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(asked)]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    done = promtool("check", "rules", str(file))
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_panel_lies_on_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
