"""CAP 1.2 (OASIS, ITU-T X.1303), as control rooms speak: an event becomes an alert of theirs, or the end of one."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from delivery.sinks.syslog import plain_or_json
from delivery.sinks.words import TEST, EventBody, board_of, data_of, summary_of
from harmwatch_client.event import BASELINE, LEFT
from models.delivery.heartbeat import HEARTBEAT
from models.delivery.recall import RECALLED
from models.delivery.stall import STALLED
from models.instants import SECOND, parse_instant

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
_STATUSES = {TEST: "Test", HEARTBEAT: "System", STALLED: "System"}
_TYPES = {LEFT: "Cancel", RECALLED: "Cancel", BASELINE: "Update"}
_NO_TIME = "1970-01-01T00:00:00-00:00"
_SHOWN = (
    "rank",
    "score_days",
    "offender_id",
    "alert_id",
    "reason",
    "asked",
    "state",
    "as_of",
    "stalled",
    "number",
    "cause",
    "status",
    "since",
)

Reference = tuple[str, str]
"""Of a message that was sent before: the id of its event, and its instant in RFC 3339."""


def make_cap(
    event: EventBody, recipient: str, references: Sequence[Reference] = (), is_exercise: bool = False
) -> bytes:
    """The message: a pure function of what is given. `is_exercise`: its board goes by the clock of its reports."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_tag("alert"))
    sender = cap_id(board_of(event))
    fields = {
        "identifier": cap_id(str(event["id"])), "sender": sender, "sent": cap_instant(event.get("time")),
        "status": _STATUSES.get(event["type"], "Exercise" if is_exercise else "Actual"),
        "msgType": _TYPES.get(event["type"], "Alert"), "scope": "Private", "addresses": _address(recipient),
    }  # fmt: skip
    if references:
        fields["references"] = " ".join(f"{sender},{cap_id(name)},{cap_instant(at)}" for name, at in references)
    for name, text in fields.items():
        _add(root, name, text)
    _add_info(root, event)
    message: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return message


def cap_id(text: str) -> str:
    """Without what CAP forbids in an identifier: white space, a comma, `<` and `&`; nothing else is changed."""
    return quote(text, safe=":/-._~@!$'()*+;=")


def cap_instant(text: str | None) -> str:
    """To the second, with a zone that is written out: UTC is `-00:00`, never `Z`."""
    if text is None:
        return _NO_TIME
    at = datetime.fromtimestamp(parse_instant(text) // SECOND, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _add_info(root: ET.Element, event: EventBody) -> None:
    """What people see. A score is neither severe nor certain in the sense of CAP, and is not made so."""
    info = _add(root, "info")
    for name, text in (
        ("language", "en-GB"), ("category", "Security"), ("event", "Harm band"), ("urgency", "Expected"),
        ("severity", "Unknown"), ("certainty", "Unknown"),
    ):  # fmt: skip
        _add(info, name, text)
    expires = data_of(event).get("expected_exit_at")
    if isinstance(expires, str):
        _add(info, "expires", cap_instant(expires))
    _add(info, "headline", plain_or_json(summary_of(event))[:160])
    for name, text in _parameters(event):
        parameter = _add(info, "parameter")
        _add(parameter, "valueName", name)
        _add(parameter, "value", plain_or_json(text))


def _parameters(event: EventBody) -> Iterator[tuple[str, str]]:
    for name in ("type", "sequence", "subscription", "deliverynumber", "follows"):
        if name in event:
            yield name, str(event[name])
    data = data_of(event)
    for name in _SHOWN:
        if data.get(name) is not None:
            yield name, str(data[name])
    policy = data.get("policy")
    if isinstance(policy, dict):
        yield "policy", f"{policy.get('id')} {policy.get('version')}"
    for one in _names(data):
        yield "member", one
    for one in data.get("recalls", ()):
        yield "recalls", str(one)


def _names(data: dict[str, Any]) -> Iterator[str]:  # Any: JSON
    """Who is in a band or a baseline."""
    rows = data.get("members", data.get("band", ()))
    yield from (str(row["offender_id"]) for row in rows if isinstance(row, dict) and "offender_id" in row)


def _address(recipient: str) -> str:
    return f'"{recipient}"' if " " in recipient else recipient


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, _tag(name))
    child.text = text
    return child


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
