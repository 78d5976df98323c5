"""What people order on delivery-orders.v1: terms, a subscription closed or resumed, a number skipped or rewound to."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, TypeAdapter

from models.canonical import canonical_json
from models.delivery.terms import Id, Terms


class _Order(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    subscription: Id
    by: Annotated[str, Field(min_length=1)]
    why: Annotated[str, Field(min_length=1)]
    at: str


class TermsOrder(_Order):
    """These terms are in force from here on; the first ones open the subscription."""

    kind: Literal["terms"] = "terms"
    terms: Terms


class CloseOrder(_Order):
    """Nothing more is sent; its place is kept."""

    kind: Literal["close"] = "close"


class ResumeOrder(_Order):
    """What was closed goes on from its place."""

    kind: Literal["resume"] = "resume"


class SkipOrder(_Order):
    """The number that is waiting is set aside: it is not sent again."""

    kind: Literal["skip"] = "skip"
    number: Annotated[int, Field(ge=1)]


class RewindOrder(_Order):
    """What was sent from this number on is sent again, as it was, and then what comes next."""

    kind: Literal["rewind"] = "rewind"
    number: Annotated[int, Field(ge=1)]


Order = TermsOrder | CloseOrder | ResumeOrder | SkipOrder | RewindOrder


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
    return None if is_of_another else order


def order_bytes(order: Order) -> bytes:
    """The record's value."""
    return canonical_json(order.model_dump(mode="json", by_alias=True))
