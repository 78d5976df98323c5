"""A recall as a person orders it, valid by default."""

from models.delivery.order import RecallOrder
from models.delivery.recall import Asked, recall_id
from models.delivery.record import Opened

OPENED = Opened(subscription="desk", at="", previous=None, order=0, place=0, band=False)


def a_recall(sequence: int, asked: Asked = "rectify", *, again: bool = False) -> RecallOrder:
    name = f"v100:{sequence}"
    return RecallOrder(
        id=recall_id(name, asked), again=again, alert_id=name, sequence=sequence, asked=asked,
        reason="erased" if asked == "erase" else "amended", by="x", why="y", at="2026-01-01T00:00:00Z",
    )  # fmt: skip
