"""`harmwatch subscriptions check`: a file of subscriptions, and the keys that it names."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from cli.output import json_option, show
from cli.paths import FILE
from delivery.secrets import Secrets
from delivery.sinks.handshake import Handshake, shake_hands
from delivery.subscriptions_file import Fault, Subscriptions, read_subscriptions
from models.delivery.terms import UNACKNOWLEDGED, Terms
from models.errors import WrongUse
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable


class FaultDocument(Document):
    """One fault; the line is null where none can be named."""

    line: int | None
    subscription: str | None
    what: str


class HandshakeDocument(Document):
    """`cause` null: it is reached. `agrees`: what a webhook says to OPTIONS as CloudEvents has it, null: nothing."""

    subscription: str
    cause: str | None
    status: int | None
    agrees: bool | None


class CheckedSubscriptions(Document):
    """The ids of those that are right, and every fault; whether the files of the keys were looked at.

    `unacknowledged`: those whose sink answers nothing, so that a receipt proves only that bytes were handed over.
    `handshakes` null: nobody has asked for any. One that has a cause is a fault as well.
    """

    subscriptions: tuple[str, ...]
    unacknowledged: tuple[str, ...]
    faults: tuple[FaultDocument, ...]
    keys_looked_at: bool
    handshakes: tuple[HandshakeDocument, ...] | None


DOCUMENT = CheckedSubscriptions
_HANDED_OVER = "a receipt says that the bytes were handed over, and no more"


@click.command()
@click.argument("file", type=FILE)
@click.option("--handshake", is_flag=True, help="Connects to each receiver as well, from here; tells it nothing.")
@json_option
def command(file: Path, handshake: bool, as_json: bool) -> None:
    """Checks a file of subscriptions: every fault with its line, and the files of its keys."""
    document = check_subscriptions(load_settings(), file)
    document = with_handshakes(load_settings(), file, document) if handshake else document
    show(document, as_json, render_check)
    sys.exit(1 if document.faults else 0)


def check_subscriptions(settings: Settings, file: Path) -> CheckedSubscriptions:
    """The document of `subscriptions check`. Raises WrongUse where the file cannot be read."""
    found = read_subscriptions(file)
    secrets = None if settings.secrets is None else Secrets(settings.secrets)
    faults = [*found.faults, *(_key_faults(found, secrets) if secrets else ())]
    return CheckedSubscriptions(
        subscriptions=tuple(terms.id for terms in found.terms),
        unacknowledged=tuple(terms.id for terms in found.terms if terms.sink in UNACKNOWLEDGED),
        faults=tuple(FaultDocument(line=fault.line, subscription=fault.id, what=fault.what) for fault in faults),
        keys_looked_at=secrets is not None,
        handshakes=None,
    )


def with_handshakes(settings: Settings, file: Path, document: CheckedSubscriptions) -> CheckedSubscriptions:
    """The same, behind a handshake with the receiver of each that is right. Raises WrongUse without secrets."""
    if settings.secrets is None:
        raise WrongUse("HARMWATCH_SECRETS is empty: it names the folder with keys, passwords and certificates")
    found = read_subscriptions(file)
    met = asyncio.run(_all_hands(found.terms, Secrets(settings.secrets)))
    handshakes = tuple(
        HandshakeDocument(
            subscription=terms.id, cause=None if one.cause is None else one.cause.value, status=one.status,
            agrees=one.agrees,
        )
        for terms, one in zip(found.terms, met, strict=True)
    )  # fmt: skip
    faults = tuple(
        FaultDocument(line=found.lines.get(one.subscription), subscription=one.subscription, what=_fault_words(one))
        for one in handshakes if one.cause is not None
    )  # fmt: skip
    return document.model_copy(update={"faults": document.faults + faults, "handshakes": handshakes})


async def _all_hands(all_terms: Sequence[Terms], secrets: Secrets) -> list[Handshake]:
    return await asyncio.gather(*[shake_hands(terms, secrets) for terms in all_terms])


def _fault_words(one: HandshakeDocument) -> str:
    status = "" if one.status is None else f" ({one.status})"
    if one.cause is not None:
        return f"handshake: {'it lets others send alone' if one.agrees is False else one.cause}{status}"
    return f"handshake: it is reached{status}{', and lets us send' if one.agrees else ''}"


def _key_faults(found: Subscriptions, secrets: Secrets) -> Iterator[Fault]:
    for terms in found.terms:
        for what in secrets.faults(terms):
            yield Fault(found.lines.get(terms.id), terms.id, what)


def render_check(document: CheckedSubscriptions) -> str:
    """A line for each fault, and one on what was looked at."""
    faults = list(map(render_fault, document.faults))
    keys = "" if document.keys_looked_at else " (HARMWATCH_SECRETS is empty: their keys were not looked at)"
    faults += [f"{one.subscription}: {_fault_words(one)}" for one in document.handshakes or () if one.cause is None]
    faults += [f"{one}: syslog answers nothing: {_HANDED_OVER}" for one in document.unacknowledged]
    right = f"{len(document.subscriptions)} subscriptions are right: {', '.join(document.subscriptions)}{keys}"
    return "\n".join([*faults, right if document.subscriptions else "no subscription is right"])


def render_fault(fault: FaultDocument) -> str:
    """One fault on one line."""
    return printable(Fault(fault.line, fault.subscription, fault.what).render())
