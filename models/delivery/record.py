"""What became of each number of a subscription: the records of deliveries.v1, chained for each subscription."""

import hashlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, TypeAdapter

from models.canonical import canonical_json
from models.delivery.recall import Asked
from models.delivery.stall import Stall

_Place = Annotated[int, Field(ge=0)]
_Number = Annotated[int, Field(ge=1)]
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Delivery(BaseModel):
    # What a later version adds is passed over: a record that was foreign would break the chain behind it.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, use_attribute_docstrings=True)

    subscription: str
    at: str
    previous: _Digest | None
    """SHA-256 of the subscription's record before; null: this is its first"""


class Opened(_Delivery):
    """A subscription begins."""

    kind: Literal["opened"] = "opened"
    order: _Place
    """the offset on delivery-orders.v1 of what was ordered; also below"""

    place: _Place
    """the sequence behind which it begins"""

    band: bool
    """whether number 1 is the band as it is at that place"""


class Changed(_Delivery):
    """Other terms are in force."""

    kind: Literal["changed"] = "changed"
    order: _Place


class Sending(_Delivery):
    """The intent: Kafka has it before the first byte leaves."""

    kind: Literal["sending"] = "sending"
    number: _Number
    """1, 2, 3 and so on, for each subscription"""

    follows: _Place
    """the last number before it that was not set aside; 0: there is none"""

    event: Literal["band", "alert", "recall", "batch", "digest", "stall"]
    """batch: several alerts with a number each, in one request; digest: several under one number; stall: that another
    subscription is stalled"""

    id: str
    sequence: _Place
    """of the alert or baseline, also of one that is recalled; of a band that up to which it stands; of a stall the
    place of the subscription that is told"""

    order: _Place | None = None
    """of a recall; null: it is none"""

    last: _Number | None = None
    """the last number of a batch; null: it is none"""

    sequences: tuple[_Place, ...] = ()
    """of the alerts in a batch or a digest, in order: whatever is tried again is the same"""

    paced_until: str | None = None
    """when the receiver's capacity is free again as a whole; null: it has none, or this does not count"""

    stall: Stall | None = None
    """what it tells of another subscription; null: it is about no stall"""

    form: _Number
    """how the body is made of the alert; a form never changes"""

    digest: _Digest
    """SHA-256 of the body"""

    @property
    def last_number(self) -> int:
        """Of a batch its last one, else its own."""
        return self.number if self.last is None else self.last

    @property
    def event_sequences(self) -> tuple[int, ...]:
        """Those of the alerts in it, or that of the one event."""
        return self.sequences or (self.sequence,)

    @property
    def event_ids(self) -> tuple[str, ...]:
        """The ids of the alerts in it, or that of the one event."""
        board = self.id.rsplit(":", 2)[0]
        return tuple(f"{board}:{one}" for one in self.sequences) or (self.id,)


class _Receipt(_Delivery):
    number: _Number
    status: int
    tries: _Number
    """since the process that got the answer took office"""

    milliseconds: _Place
    """of the last try"""


class Accepted(_Receipt):
    """The receipt: the receiver has answered 2xx."""

    kind: Literal["accepted"] = "accepted"


class HandedOver(_Receipt):
    """The receipt of who passes it on, or shows it: that anybody has read it, nobody says."""

    kind: Literal["handed_over"] = "handed_over"


class Stalled(_Delivery):
    """A number is not accepted, and nothing behind it is sent; or heartbeats are not answered."""

    kind: Literal["stalled"] = "stalled"
    number: _Place
    """the one that waits; where heartbeats are the cause the last one that was done, or the one that waits"""

    cause: str
    status: int | None
    """null: there was no answer"""

    tries: _Number
    expected: _Number | None = None
    """the number that comes next by what the receiver has answered; null: it named none before this one"""


class SetAside(_Delivery):
    """A person has ordered that the waiting number is not sent again."""

    kind: Literal["set_aside"] = "set_aside"
    number: _Number
    order: _Place


class Gathering(_Delivery):
    """The governor's switch: from here on alerts are gathered into digests, or go out one by one again."""

    kind: Literal["gathering"] = "gathering"
    on: bool
    waiting: _Place
    """so many alerts wait"""


class Closed(_Delivery):
    """Nothing more is sent."""

    kind: Literal["closed"] = "closed"
    order: _Place | None
    """null: the receiver has answered 410"""


class Ended(_Delivery):
    """The agreement has ended: only the ends of stays go out that this subscription was told of, and recalls."""

    kind: Literal["ended"] = "ended"
    number: _Number | None
    """the number that waited and is not sent any more; null: none did, or it may still go out"""


class Paused(_Delivery):
    """Nothing is sent until it is resumed."""

    kind: Literal["paused"] = "paused"
    order: _Place


class Resumed(_Delivery):
    """It goes on from its place."""

    kind: Literal["resumed"] = "resumed"
    order: _Place | None
    """null: heartbeats are answered again"""

    band: _Place | None = None
    """the sequence of the band that comes next; null: it goes on from its place"""


class Rewound(_Delivery):
    """What was sent from this number on is sent again; a number that was set aside is not."""

    kind: Literal["rewound"] = "rewound"
    number: _Number
    order: _Place


class AskedBack(_Delivery):
    """Its receiver misses a number and says so (409): what was sent from this number on is sent again."""

    kind: Literal["asked_back"] = "asked_back"
    number: _Number
    waiting: _Number
    """the number that it answered so"""


class Recalled(_Delivery):
    """An event that this subscription got, or is about to get, is recalled: another number will say so."""

    kind: Literal["recalled"] = "recalled"
    order: _Place
    alert_id: str
    sequence: _Place
    asked: Asked
    instead_of: str | None = None
    """another subscription of the same recipient, which is closed and got it; null: it is about this one"""


class Notified(_Delivery):
    """Recalls of an alert have reached the recipient on another way: they are not sent."""

    kind: Literal["told"] = "told"
    order: _Place
    alert: str


class Places(_Delivery):
    """What all records up to here come to, so that who begins need not read what lies before."""

    kind: Literal["places"] = "places"
    state: dict[str, Any]  # Any: JSON; what it holds is the affair of delivery/numbering/line.py
    """place, numbers and intervals of what was told and set aside; what waits; orders that were heeded"""


class Late(_Delivery):
    """An order that had nothing to change any more."""

    kind: Literal["late"] = "late"
    order: _Place


Delivery = (
    Opened
    | Changed
    | Sending
    | Accepted
    | HandedOver
    | Stalled
    | SetAside
    | Gathering
    | Closed
    | Ended
    | Paused
    | Resumed
    | Rewound
    | AskedBack
    | Recalled
    | Notified
    | Places
    | Late
)


class DeliveryRecord(RootModel[Annotated[Delivery, Field(discriminator="kind")]]):
    """What became of a number, or of a subscription."""

    model_config = ConfigDict(title="deliveries.v1")


_deliveries: TypeAdapter[Delivery] = TypeAdapter(Annotated[Delivery, Field(discriminator="kind")])


def read_delivery(value: bytes | None) -> Delivery | None:
    """The fact that a record is; None: it is foreign."""
    try:
        return _deliveries.validate_json(value or b"")
    except ValueError:  # pydantic's ValidationError is one
        return None


def delivery_bytes(record: Delivery) -> bytes:
    """The record's value: canonical, so that the next one can name its digest."""
    return canonical_json(record.model_dump())


def value_digest(value: bytes) -> str:
    """By which the subscription's next record names this one."""
    return hashlib.sha256(value).hexdigest()
