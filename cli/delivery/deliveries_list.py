"""`harmwatch deliveries list`: what was sent to whom, and what became of it."""

import click

from cli.delivery.concerning import concerning
from cli.delivery.delivery_row import DeliveryRow
from cli.delivery.ledger import read_facts, read_orders
from cli.instant_option import instant_option
from cli.output import json_option, show
from cli.topics import passed_over_option
from delivery.ledger import Ledger
from models.delivery.record import Accepted, HandedOver, Sending, SetAside, Stalled
from models.instants import parse_instant
from runtime.settings import Settings, load_settings
from sight.document import Document


class DeliveriesDocument(Document):
    """In order of their intents."""

    deliveries: tuple[DeliveryRow, ...]


DOCUMENT = DeliveriesDocument


@click.command()
@click.option("--subscription", help="Only those of this one.")
@click.option("--alert", help="Only those of this alert itself, such as v100:42; not the bands that name it.")
@click.option("--person", help="Only those about this person; `deliveries disclosures` says more of each.")
@click.option("--since", help="Only those that were sent from this instant or date on.")
@passed_over_option
@json_option
def command(
    subscription: str | None,
    alert: str | None,
    person: str | None,
    since: str | None,
    passed_over: tuple[int, ...],
    as_json: bool,
) -> None:
    """Lists what was sent to whom, in order, and what became of each: intent and receipt."""
    settings = load_settings()
    rows = list_deliveries(settings, subscription, alert).deliveries
    if since is not None:
        begin = instant_option("--since", since)
        rows = tuple(row for row in rows if parse_instant(row.sent_at) >= begin)
    if person is not None:
        rows = tuple(row for row, _ in concerning(settings, read_orders(settings), rows, person, passed_over))
    show(DeliveriesDocument(deliveries=rows), as_json, render_list)


def list_deliveries(
    settings: Settings, subscription: str | None = None, alert: str | None = None
) -> DeliveriesDocument:
    """Those of a subscription, or of an alert. Raises PreconditionFailed, Unavailable."""
    rows: dict[tuple[str, int], DeliveryRow] = {}
    for fact in read_facts(settings, Ledger()):
        if subscription not in {None, fact.subscription}:
            continue
        if isinstance(fact, Sending) and (alert is None or alert in fact.event_ids):
            place = fact.subscription, fact.number
            rows[place] = _begun(fact, rows[place].times + 1 if place in rows else 1)
        if isinstance(fact, Accepted | HandedOver | SetAside | Stalled) and (fact.subscription, fact.number) in rows:
            place = fact.subscription, fact.number
            rows[place] = rows[place].model_copy(update=_ended(fact))
    return DeliveriesDocument(deliveries=tuple(rows.values()))


def _begun(fact: Sending, times: int) -> DeliveryRow:
    return DeliveryRow(
        subscription=fact.subscription, number=fact.number, last_number=fact.last_number, id=fact.id,
        alerts=fact.event_ids, sequence=fact.sequence, order=fact.order,
        state="waiting",
        sent_at=fact.at, ended_at=None, status=None, tries=None, times=times, digest=fact.digest,
    )  # fmt: skip


def _ended(fact: Accepted | HandedOver | SetAside | Stalled) -> dict[str, str | int | None]:
    result: dict[str, str | int | None] = {
        "state": fact.kind,
        "ended_at": None if isinstance(fact, Stalled) else fact.at,
    }
    return result if isinstance(fact, SetAside) else result | {"status": fact.status, "tries": fact.tries}


def render_list(document: DeliveriesDocument) -> str:
    """A line for each."""
    return "\n".join(map(render_row, document.deliveries)) or "no deliveries"


def render_row(row: DeliveryRow) -> str:
    """One delivery on one line."""
    status = "" if row.status is None else f" ({row.status})"
    again = "" if row.times == 1 else f", sent {row.times} times"
    ended = "" if row.ended_at is None else f" {row.ended_at}"
    return f"{row.sent_at}  {row.subscription:<20} {row.number:>6}  {row.id:<16} {row.state}{ended}{status}{again}"
