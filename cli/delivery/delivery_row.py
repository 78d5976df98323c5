"""One number of one subscription, as the documents of `harmwatch deliveries` have it."""

from typing import Literal

from sight.document import Document


class DeliveryRow(Document):
    """One number of one subscription; `waiting`: its receiver may have got it, or not.

    `last_number`: of a batch its last one, else the same; `alerts`: the ids of the alerts in a batch or a digest, else
    that of the event. `order`: the offset on delivery-orders.v1 of what a recall is about; null: it is none.
    `times`: 1, and one more for each rewind behind which it was sent again; the rest is about the last time.
    """

    subscription: str
    number: int
    last_number: int
    id: str
    alerts: tuple[str, ...]
    sequence: int
    order: int | None
    state: Literal["waiting", "stalled", "accepted", "handed_over", "set_aside"]
    sent_at: str
    ended_at: str | None
    status: int | None
    tries: int | None
    times: int
    digest: str
