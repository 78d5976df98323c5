"""Whether what a record says was ordered."""

from delivery.orders import Orders
from models.delivery.order import (
    CloseOrder,
    NotifiedOrder,
    Order,
    PauseOrder,
    RecallOrder,
    ResumeOrder,
    RewindOrder,
    SkipOrder,
    TermsOrder,
)
from models.delivery.record import (
    Changed,
    Closed,
    Delivery,
    Notified,
    Opened,
    Paused,
    Recalled,
    Resumed,
    Rewound,
    SetAside,
)

_ORDERS: dict[type[Delivery], type[Order]] = {
    Opened: TermsOrder, Changed: TermsOrder, SetAside: SkipOrder, Closed: CloseOrder, Paused: PauseOrder,
    Resumed: ResumeOrder, Rewound: RewindOrder, Recalled: RecallOrder, Notified: NotifiedOrder,
}  # fmt: skip


def is_ordered(fact: Delivery, orders: Orders) -> bool:
    """What somebody ordered is there, is of this subscription, and says the same; True of what needs no order."""
    at = getattr(fact, "order", None)
    kind = _ORDERS.get(type(fact))
    if kind is None or at is None:
        return True
    order = orders.find(at)
    is_ours = isinstance(order, RecallOrder) or getattr(order, "subscription", None) == fact.subscription
    facts = {name: getattr(fact, name) for name in ("number", "alert", "alert_id", "asked") if hasattr(fact, name)}
    return is_ours and isinstance(order, kind) and facts == {name: getattr(order, name) for name in facts}
