"""What a subscription writes together: openings, intents and receipts, valid by default."""

from delivery.ledger import Line, Page
from models.delivery.record import Opened, Sending

NOW = "2026-01-01T00:00:00Z"
DIGEST = "a" * 64


def a_page(subscription: str = "desk", line: Line | None = None) -> Page:
    return Page(subscription, line, lambda: NOW)


def add_intent(page: Page, before: Sending | None = None) -> Page:
    """`before`: its intent, where the number was sent before."""
    line = page.line
    assert line is not None
    if before is not None:
        told = before.model_dump(include={"event", "id", "sequence", "order", "form", "digest"})
        return page.add(Sending, number=line.next_number, follows=line.followed, **told)
    due = line.due_recalls
    if due:
        return page.add(
            Sending, number=line.next_number, follows=line.followed, event="recall", id="v100:1:recall",
            sequence=due[0].sequence, order=due[0].order, form=1, digest=DIGEST,
        )  # fmt: skip
    number = line.next_number
    is_band = number == 1 and line.opened.band
    return page.add(
        Sending, number=number, follows=line.followed, event="band" if is_band else "alert", id="v100:1",
        sequence=line.place + (not is_band), form=1, digest=DIGEST,
    )  # fmt: skip


def opened(band: bool = False) -> Page:
    return a_page().add(Opened, order=3, place=7, band=band)


def sent() -> Page:
    return add_intent(opened())


ACCEPTED = {"number": 1, "status": 200, "tries": 1, "milliseconds": 5}
