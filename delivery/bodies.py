"""The body of a number: a CloudEvent in structured mode, a pure function of its arguments, equal for ever."""

from typing import Literal

from delivery.told import Told
from models.canonical import canonical_json

FORM = 1
"""A form never changes: another body is another form, since receipts hold the digest of what was sent."""

_SEQUENCE_DIGITS = 20


def make_body(told: Told, subscription: str, content: Literal["full", "thin"], number: int, follows: int) -> bytes:
    """The JSON in form 1. What lies on alerts.v1 stands in it byte by byte; thin, it names nobody."""
    attributes = {
        "specversion": "1.0",
        "id": told.id,
        "source": f"/harmwatch/{told.board}",
        "type": told.type,
        "sequence": f"{told.sequence:0{_SEQUENCE_DIGITS}d}",
        "subscription": subscription,
        "deliverynumber": number,
        "follows": follows,
        "datacontenttype": "application/json",
    }
    if told.as_of is not None:
        attributes["time"] = told.as_of
    if told.subject is not None and content == "full":
        attributes["subject"] = told.subject
    data = told.value if content == "full" else canonical_json(told.thin)
    return canonical_json(attributes)[:-1] + b',"data":' + data + b"}"
