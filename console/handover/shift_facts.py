"""What a pack says of the shift as a whole, in words: load, other policies, and alerts that came late."""

import json
from collections.abc import Callable, Iterator
from typing import Any

_MOST = 5
"""Of a kind so many are told, the newest; the pack has them all."""

Content = dict[str, Any]  # Any: JSON
ClockText = Callable[[str], str]
"""An instant as the page says it."""


def shift_facts(pack: bytes, moment: ClockText) -> tuple[tuple[str, str], ...]:
    """As name and value; empty for a pack of the first form, which says nothing of it."""
    shift = json.loads(pack).get("shift")
    return () if shift is None or shift["since"] is None else tuple(_facts(shift, moment))


def _facts(shift: Content, moment: ClockText) -> Iterator[tuple[str, str]]:
    yield "Since", moment(shift["since"])
    busiest = shift["busiest"]
    most = (
        "" if busiest is None else f"; at most {busiest['entered']:,} in ten minutes, until {moment(busiest['until'])}"
    )
    yield "Load", f"{shift['entered']:,} entered, {shift['left']:,} left{most}"
    done = [f"{each['by']} {each['count']:,}" for each in shift["actions"]]
    yield "Actions", ", ".join(done) or "none"
    yield "Other policies", _joined([_policy(each, moment) for each in shift["policies"]])
    yield "Alerts that came late", _joined([_late(each, moment) for each in shift["late"]])


def _policy(change: Content, moment: ClockText) -> str:
    before, after = (f"{each['id']} {each['version']}" for each in (change["before"], change["after"]))
    return f"{after} instead of {before} from {moment(change['at'])} on, first in alert {change['sequence']:,}"


def _late(span: Content, moment: ClockText) -> str:
    one = span["first"] == span["last"]
    which = f"alert {span['first']:,}" if one else f"alerts {span['first']:,} to {span['last']:,}"
    return f"{which}, of {moment(span['since'])}, not known at {moment(span['until'])}"


def _joined(lines: list[str]) -> str:
    older = f"; and {len(lines) - _MOST:,} before" if len(lines) > _MOST else ""
    return "; ".join(reversed(lines[-_MOST:])) + older if lines else "none"
