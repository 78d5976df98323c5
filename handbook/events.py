"""The reference of what a log says, from the table of events."""

from handbook.markdown import page, table
from runtime.events import Event

_INTRODUCTION = """\
With `HARMWATCH_LOG=json` each line of a worker's or the exporter's log is one JSON object: `time` (RFC 3339, UTC),
`level`, `event`, `board`, `message`, `logger`, and facts such as `partition`, `entry`, `offset`, `seconds`, `what`.
Search by `event`: it stays while words change. In what a worker waits for, `what` is as the label of
[`harmwatch_waiting_seconds`](metrics.md)."""


def events_page() -> str:
    """Every event."""
    return page(
        "Events of the log",
        _INTRODUCTION,
        table(["event", "what has happened"], [[f"`{e}`", e.meaning] for e in Event]),
    )
