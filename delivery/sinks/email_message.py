"""The message of an event: whom it threads with, and what people read of it."""

import hashlib
from email.message import EmailMessage
from email.utils import formatdate

from delivery.mirror import Mirror
from delivery.sinks.words import EventBody, board_of, data_of, kind_of, read_body, summary_of
from harmwatch_client.event import ENTERED, LEFT
from models.canonical import canonical_json
from models.delivery.recall import RECALLED
from models.delivery.terms import Terms


def make_message(terms: Terms, body: bytes, follows: str | None = None) -> EmailMessage:
    """The same for ever, but for its date: a message that comes again has the same Message-ID.

    `follows`: the Message-ID of what it belongs to.
    """
    event = read_body(body)
    message = EmailMessage()
    message["From"], message["To"] = terms.sender, terms.to
    message["Subject"] = _subject(event)
    message["Date"] = formatdate()
    message["Message-ID"] = _message_id(terms, event, body)
    if follows is not None:
        message["In-Reply-To"] = message["References"] = follows
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers it
    message.set_content(_text(event))
    message.add_attachment(body, maintype="application", subtype="cloudevents+json", filename="event.json")
    return message


async def followed(terms: Terms, event: EventBody, mirror: Mirror | None) -> str | None:
    """The Message-ID that the end of a stay, or a recall, answers to; None: it answers to none. Raises Unavailable."""
    if mirror is None:
        return None
    if event["type"] == LEFT:
        member = await mirror.ended(int(event["sequence"]))
        return None if member is None else _alert_message_id(terms, member.alert_id, member.since)
    if event["type"] == RECALLED:
        data = data_of(event)
        as_of = await mirror.as_of(data["sequence"])
        return None if as_of is None else _alert_message_id(terms, data["recalls"][0], as_of)
    return None


def _message_id(terms: Terms, event: EventBody, body: bytes) -> str:
    if event["type"] in {ENTERED, LEFT}:
        return _alert_message_id(terms, str(event["id"]), str(event.get("time")))
    return _named(terms, body)


def _alert_message_id(terms: Terms, alert_id: str, as_of: str) -> str:
    """Whoever knows the alert can make it. The instant: a board that was begun again may count from 1 once more."""
    return _named(terms, canonical_json([terms.id, alert_id, as_of]))


def _named(terms: Terms, what: bytes) -> str:
    domain = (terms.sender or "").rpartition("@")[2]
    return f"<{hashlib.sha256(what).hexdigest()[:40]}@{domain}>"


def _subject(event: EventBody) -> str:
    number = event.get("deliverynumber")
    return summary_of(event) if number is None else f"[{number}] {summary_of(event)}"


def _text(event: EventBody) -> str:
    lines = [
        f"{summary_of(event)}.", "",
        f"Board: {board_of(event)}", f"Subscription: {event['subscription']}",
    ]  # fmt: skip
    if "deliverynumber" in event:
        lines.append(f"Number: {event['deliverynumber']}, behind {event['follows']}. A number that comes twice is one.")
    if "time" in event:
        lines.append(f"Time: {event['time']}")
    if kind_of(event) == "digest":
        lines += ["", *[f"{one['type'].rpartition('.')[2]}: {one['id']}" for one in data_of(event)["events"]]]
    if kind_of(event) == "recalled":
        lines += ["", *[f"does not hold: {one}" for one in data_of(event)["recalls"]]]
    if kind_of(event) in {"entered", "left"}:
        lines += ["", "Who it is, and why: harmwatch explain " + str(event["id"])]
    return "\n".join(lines) + "\n"
