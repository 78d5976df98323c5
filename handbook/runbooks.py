"""The list of the runbooks, from the alert rules."""

from pathlib import Path

import yaml

from handbook.markdown import page, table

_RULES = Path(__file__).parents[1] / "deploy" / "prometheus" / "harmwatch.rules.yml"
_INTRODUCTION = """\
One page for each alert of [deploy/prometheus](../../deploy/prometheus/harmwatch.rules.yml): what it means, where to
look, what to do, when it is over. A `page` wakes you, a `ticket` is for the morning. How to set them up:
[watch it](../how-to/watch.md)."""


def runbooks_page() -> str:
    """Every alert, whom it wakes, and what is wrong."""
    groups = yaml.safe_load(_RULES.read_text("utf-8"))["groups"]
    rows = [
        [
            f"[`{rule['alert']}`]({Path(rule['annotations']['runbook']).name})",
            rule["labels"]["severity"],
            rule["annotations"]["summary"],
        ]
        for group in groups
        for rule in group["rules"]
    ]
    return page("Runbooks", _INTRODUCTION, table(["alert", "severity", "what is wrong"], rows))
