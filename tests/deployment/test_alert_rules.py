"""The alert rules: each fires, each is silent, each has a page, and none asks for a metric that there is not."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.metrics.table import METRICS, Kind
from tests.deployment.alert_cases import CASES, MORE_CASES, Case, Series
from tests.deployment.prometheus import ROOT, promtool

FOLDER = ROOT / "deploy" / "prometheus"
RULES_FILE = FOLDER / "harmwatch.rules.yml"
Rule = dict[str, Any]  # Any: YAML
RULES: dict[str, Rule] = {
    rule["alert"]: rule for group in yaml.safe_load(RULES_FILE.read_text("utf-8"))["groups"] for rule in group["rules"]
}
ALL_CASES = [*CASES.items(), *MORE_CASES]
RUNBOOKS = ROOT / "docs" / "runbooks"
PROGRAMS = {"harmwatch", "journalctl", "redis-cli", "systemctl", "timedatectl"}
HEADINGS = ["## What it means", "## Look", "## Do", "## It is over when"]


def known_series() -> set[str]:
    """Every name that a query may use."""
    ends = {Kind.HISTOGRAM: ("_bucket", "_sum", "_count")}
    return {metric.full_name + end for metric in METRICS for end in ends.get(metric.kind, ("",))}


def named_in(query: str) -> set[str]:
    return set(re.findall(r"\bharmwatch_\w+", query))


def unit_test(name: str, case: Case, series: Series, fires: bool) -> dict[str, Any]:  # Any: YAML
    """A test in promtool's words; where the rule fires it has these labels and annotations and no others."""
    rule = RULES[name]
    expected = {"exp_labels": rule["labels"] | case.labels, "exp_annotations": rule["annotations"]}
    asked = {"eval_time": f"{case.minutes}m", "alertname": name, "exp_alerts": [expected] if fires else []}
    return {
        "interval": f"{case.step_minutes}m",
        "input_series": [{"series": key, "values": values} for key, values in series.items()],
        "alert_rule_test": [asked],
    }


def objections(folder: Path, tests: list[dict[str, Any]]) -> str:  # Any: YAML
    """What promtool has against them, rule by rule; nothing where all came as expected."""
    files = []
    for step in {test["interval"] for test in tests}:
        files.append(folder / f"{step}.yml")
        alike = [test for test in tests if test["interval"] == step]
        told = {"rule_files": [str(RULES_FILE)], "evaluation_interval": step, "tests": alike}
        files[-1].write_text(yaml.safe_dump(told))
    done = promtool("test", "rules", *map(str, files))
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_prometheus_takes_the_rules_and_the_configuration() -> None:
    done = promtool("check", "config", "prometheus.yml", folder=FOLDER)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("folder", ["deploy/prometheus", "deploy/compose"])
def test_what_fires_is_handed_to_an_alertmanager(folder: str) -> None:
    """Else every rule fires, and nobody hears of it."""
    settings = yaml.safe_load((ROOT / folder / "prometheus.yml").read_text("utf-8"))
    (alertmanager,) = settings["alerting"]["alertmanagers"]
    assert [target.rpartition(":")[2] for target in alertmanager["static_configs"][0]["targets"]] == ["9093"]
    assert settings["rule_files"] == [RULES_FILE.name]


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == set(RULES)


def test_every_rule_fires(tmp_path: Path) -> None:
    assert objections(tmp_path, [unit_test(name, case, case.fires, fires=True) for name, case in ALL_CASES]) == ""


def test_every_rule_is_silent_where_nothing_is_wrong(tmp_path: Path) -> None:
    tests = [unit_test(name, case, series, fires=False) for name, case in ALL_CASES for series in case.silent]
    assert objections(tmp_path, tests) == ""


@pytest.mark.parametrize("name", RULES)
def test_a_rule_asks_for_metrics_of_the_table(name: str) -> None:
    assert named_in(RULES[name]["expr"])
    assert named_in(RULES[name]["expr"]) <= known_series()


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_whom_it_wakes_and_has_a_page(name: str) -> None:
    rule = RULES[name]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    page = (ROOT / rule["annotations"]["runbook"]).read_text("utf-8")
    assert f"`{name}`" in page
    assert re.findall(r"^## .*", page, re.MULTILINE) == HEADINGS


@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("*.md")), ids=lambda page: page.stem)
def test_a_command_of_a_page_stands_apart_from_the_text(page: Path) -> None:
    """Else it runs together with the next one, and nobody can copy it."""
    looked = page.read_text("utf-8").partition("## Look\n\n")[2].partition("\n\n## ")[0]
    for paragraph in filter(None, looked.split("\n\n")):
        lines = paragraph.splitlines()
        assert len({line.startswith("    ") for line in lines}) == 1, paragraph
        assert lines[0].split()[0] not in PROGRAMS or lines[0].startswith("    "), paragraph


def test_every_page_belongs_to_a_rule() -> None:
    named = {ROOT / rule["annotations"]["runbook"] for rule in RULES.values()}
    assert {path for path in RUNBOOKS.glob("*.md") if path.name != "index.md"} == named
