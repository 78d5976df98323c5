"""`harmwatch subscriptions apply`: the terms of a file are put in force."""

from pathlib import Path

import click

from cli.delivery.ledger import now_text, read_orders, send_orders
from cli.delivery.subscriptions_check import FaultDocument, check_subscriptions, render_fault
from cli.delivery.why_option import why_option
from cli.output import json_option, show
from cli.paths import FILE
from cli.who import operator
from delivery.orders import Orders
from delivery.subscriptions_file import Subscriptions, read_subscriptions
from models.delivery.order import TermsOrder
from models.delivery.terms import NEVER_CHANGE, Terms
from models.errors import WrongUse
from runtime.settings import Settings, load_settings
from sight.document import Document

_IN_THE_FILE = {"begin": "from"}


class AppliedSubscriptions(Document):
    """Which were opened, which changed, which stay as they are, and which are known and not in the file."""

    opened: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    not_in_file: tuple[str, ...]


DOCUMENT = AppliedSubscriptions


@click.command()
@click.argument("file", type=FILE)
@why_option
@json_option
def command(file: Path, why: str, as_json: bool) -> None:
    """Puts the terms of a file in force, but for secrets, by an order that every deliverer reads."""
    show(apply_subscriptions(load_settings(), file, why), as_json, render_applied)


def apply_subscriptions(settings: Settings, file: Path, why: str) -> AppliedSubscriptions:
    """Orders what is new and what differs. Raises WrongUse that lists every fault, PreconditionFailed, Unavailable."""
    faults, found, orders = check_subscriptions(settings, file).faults, read_subscriptions(file), read_orders(settings)
    faults += tuple(fault for terms in found.terms for fault in _forbidden(terms, orders.newest(terms.id), found))
    if faults:
        raise WrongUse(f"{file}: " + "; ".join(map(render_fault, faults)))
    news = [terms for terms in found.terms if orders.newest(terms.id) != terms]
    at, by = now_text(), operator()
    send_orders(settings, [TermsOrder(subscription=terms.id, terms=terms, by=by, why=why, at=at) for terms in news])
    return _document(found, news, orders)


def _forbidden(terms: Terms, before: Terms | None, found: Subscriptions) -> list[FaultDocument]:
    names = [] if before is None else [name for name in NEVER_CHANGE if getattr(before, name) != getattr(terms, name)]
    return [
        FaultDocument(
            line=found.lines.get(terms.id), subscription=terms.id,
            what=f"{_IN_THE_FILE.get(name, name)} was {getattr(before, name)!r}: another one is another subscription, "
            "under an id of its own",
        )
        for name in names
    ]  # fmt: skip


def _document(found: Subscriptions, news: list[Terms], orders: Orders) -> AppliedSubscriptions:
    ids = [terms.id for terms in found.terms]
    ordered = {terms.id for terms in news}
    return AppliedSubscriptions(
        opened=tuple(name for name in ids if orders.newest(name) is None),
        changed=tuple(name for name in ids if name in ordered and orders.newest(name) is not None),
        unchanged=tuple(name for name in ids if name not in ordered),
        not_in_file=tuple(name for name in orders.subscriptions() if name not in ids),
    )


def render_applied(document: AppliedSubscriptions) -> str:
    """A line for each kind that there is."""
    kinds = {
        "opened": document.opened, "changed": document.changed, "unchanged": document.unchanged,
        "not in the file, and still open unless closed": document.not_in_file,
    }  # fmt: skip
    return "\n".join(f"{kind}: {', '.join(names)}" for kind, names in kinds.items() if names) or "nothing to do"
