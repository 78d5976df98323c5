"""The reference of the metrics, from their table."""

from collections.abc import Sequence

from handbook.markdown import page, table
from runtime.metrics.table import (
    CONSOLE_METRICS,
    DELIVERER_METRICS,
    EXPORTER_METRICS,
    VERIFY_METRICS,
    WORKER_METRICS,
    Metric,
)

_INTRODUCTION = """\
At `HARMWATCH_METRICS`, for Prometheus. Every name begins with `harmwatch_`, and every series has the label `board`.
No label holds a person, an offence or free text. Which of them to watch, and how:
[watch it](../how-to/watch.md)."""

_WORKER = """\
## What a worker tells of itself

Counters begin at 0 with each process. A partition that a worker gives up takes its series along."""

_EXPORTER = """\
## What the exporter tells of a board

`harmwatch exporter` looks from outside, and is right when every worker is dead."""


_DELIVERER = """\
## What a deliverer tells of itself

`harmwatch deliver`, at its own `HARMWATCH_METRICS`. A subscription's id is no person's."""

_CONSOLE = """\
## What a console tells of itself

`harmwatch console`, at its own `HARMWATCH_METRICS`, not at the address of its pages. `pages` are `board` or `desk`.
No label names an officer."""

_VERIFY = """\
## What a verification leaves behind

`harmwatch verify --metrics FILE` writes a file for the textfile collector of Prometheus' node exporter."""


def metrics_page() -> str:
    """Every metric, who tells it, and what it means."""
    parts = [
        (_WORKER, WORKER_METRICS),
        (_EXPORTER, EXPORTER_METRICS),
        (_DELIVERER, DELIVERER_METRICS),
        (_CONSOLE, CONSOLE_METRICS),
        (_VERIFY, VERIFY_METRICS),
    ]
    return page("Metrics", _INTRODUCTION, *(part for title, metrics in parts for part in (title, _rows(metrics))))


def _rows(metrics: Sequence[Metric]) -> str:
    return table(
        ["metric", "kind", "labels", "meaning"],
        [
            [
                f"`{metric.full_name}`",
                str(metric.kind),
                ", ".join(f"`{label}`" for label in metric.labels),
                _meaning(metric),
            ]
            for metric in metrics
        ],
    )


def _meaning(metric: Metric) -> str:
    if not metric.buckets:
        return metric.help
    return f"{metric.help}; counted up to {', '.join(f'{bound:g}' for bound in metric.buckets)}"
