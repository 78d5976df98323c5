"""What people order on delivery-orders.v1: terms put in force, what is closed, skipped, sent again or recalled."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, TypeAdapter

from models.canonical import canonical_json
from models.delivery.recall import Asked, Interval, RecallReason, recall_id
from models.delivery.terms import Id, Terms


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True)

    by: Annotated[str, Field(min_length=1)]
    why: Annotated[str, Field(min_length=1)]
    at: str


class _Order(_Said):
    subscription: Id


class TermsOrder(_Order):
    """These terms are in force from here on; the first ones open the subscription."""

    kind: Literal["terms"] = "terms"
    terms: Terms


class CloseOrder(_Order):
    """Nothing more is sent; its place is kept."""

    kind: Literal["close"] = "close"


class PauseOrder(_Order):
    """Nothing is sent until it is resumed; its agreement goes on."""

    kind: Literal["pause"] = "pause"


class ResumeOrder(_Order):
    """What was closed or paused, or whose agreement had ended, goes on."""

    kind: Literal["resume"] = "resume"
    begin: Annotated[Literal["place", "band"], Field(alias="from")] = "place"
    """place: where it stood; band: who is in now comes first"""


class SkipOrder(_Order):
    """The number that is waiting is set aside: it is not sent again."""

    kind: Literal["skip"] = "skip"
    number: Annotated[int, Field(ge=1)]


class RewindOrder(_Order):
    """What was sent from this number on is sent again, as it was, and then what comes next."""

    kind: Literal["rewind"] = "rewind"
    number: Annotated[int, Field(ge=1)]
    really: bool = False
    """also where the receiver cannot know a repeat: people there are alerted again"""


class RecallOrder(_Said):
    """An event does not hold: every subscription that got it is to be notified, now and later."""

    kind: Literal["recall"] = "recall"
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of the alert's id and what is asked; one that was ordered before changes nothing"""

    again: bool = False
    """it is sent once more, though it was ordered before"""

    alert_id: str
    """of an alert or a baseline"""

    sequence: Annotated[int, Field(ge=1)]
    asked: Asked
    reason: RecallReason
    intervals: tuple[Interval, ...] = ()
    """when the band was wrong by it, as known now"""


class NotifiedOrder(BaseModel):
    """A recall has reached the recipient on another way, such as by telephone: it is not sent."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["told"] = "told"
    subscription: Id
    alert: str
    """the id of the one that is recalled"""

    by: Annotated[str, Field(min_length=1)]
    how: Annotated[str, Field(min_length=1)]
    at: str


Order = TermsOrder | CloseOrder | PauseOrder | ResumeOrder | SkipOrder | RewindOrder | RecallOrder | NotifiedOrder


class OrderRecord(RootModel[Annotated[Order, Field(discriminator="kind")]]):
    """What a person ordered, by whom, when and why."""

    model_config = ConfigDict(title="delivery-orders.v1")


_orders: TypeAdapter[Order] = TypeAdapter(Annotated[Order, Field(discriminator="kind")])


def read_order(value: bytes | None) -> Order | None:
    """The order that a record is; None: it is foreign."""
    try:
        order = _orders.validate_json(value or b"")
    except ValueError:  # pydantic's ValidationError is one
        return None
    is_of_another = isinstance(order, TermsOrder) and order.terms.id != order.subscription
    is_misnamed = isinstance(order, RecallOrder) and not _is_sound(order)
    return None if is_of_another or is_misnamed else order


def _is_sound(order: RecallOrder) -> bool:
    is_named = order.alert_id.endswith(f":{order.sequence}")
    return is_named and order.id == recall_id(order.alert_id, order.asked)


def order_bytes(order: Order) -> bytes:
    """The record's value. What is not said is left out: deliverers that do not know a later key take the order so."""
    return canonical_json(order.model_dump(mode="json", by_alias=True, exclude_none=True))
