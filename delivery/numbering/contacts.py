"""Recalls of a subscription that is closed go to another one of the same recipient, which its terms name."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from delivery.ledger import Line
from models.delivery.record import Closed, Recalled
from models.delivery.terms import Terms


class _Alerts(Protocol):
    def concerns(self, sequence: int, line: Line, /) -> bool: ...


class _Orders(Protocol):
    def terms(self, subscription: str, order: int, /) -> Terms: ...


def stand_ins(lines: Mapping[str, Line], name: str, orders: _Orders, alerts: _Alerts) -> Iterator[tuple[str, Recalled]]:
    """What a subscription takes instead of others: whose, and which recall. What it got itself is recalled anyway.

    Raises Unproved where terms in force are gone from delivery-orders.v1.
    """
    mine = lines[name]
    known = mine.stood_in | {one.order for one in mine.recalls}
    for other, line in lines.items():
        if other == name or not isinstance(line.closed, Closed) or not line.due_recalls:
            continue
        terms = orders.terms(other, line.terms)
        if terms.contact != name or terms.recipient != orders.terms(name, mine.terms).recipient:
            continue
        for recall in line.due_recalls:
            is_ours = alerts.concerns(recall.sequence, mine)
            if recall.order not in known and not is_ours and alerts.concerns(recall.sequence, line):
                known = known | {recall.order}
                yield other, recall


def is_taken(lines: Mapping[str, Line], recall: Recalled, contact: str | None) -> bool:
    """Whether a recall of a closed subscription has a receipt of the one that stands in."""
    line = None if contact is None else lines.get(contact)
    if line is None or recall.order not in line.stood_in:
        return False
    return all(one.order != recall.order for one in line.recalls)
