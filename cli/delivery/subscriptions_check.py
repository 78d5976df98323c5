"""`harmwatch subscriptions check`: a file of subscriptions, and the keys that it names."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from cli.output import json_option, show
from cli.paths import FILE
from delivery.secrets import Secrets
from delivery.subscriptions_file import Fault, Subscriptions, read_subscriptions
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable


class FaultDocument(Document):
    """One fault; the line is null where none can be named."""

    line: int | None
    subscription: str | None
    what: str


class CheckedSubscriptions(Document):
    """The ids of those that are right, and every fault; whether the files of the keys were looked at."""

    subscriptions: tuple[str, ...]
    faults: tuple[FaultDocument, ...]
    keys_looked_at: bool


DOCUMENT = CheckedSubscriptions


@click.command()
@click.argument("file", type=FILE)
@json_option
def command(file: Path, as_json: bool) -> None:
    """Checks a file of subscriptions: every fault with its line, and the files of its keys."""
    document = check_subscriptions(load_settings(), file)
    show(document, as_json, render_check)
    sys.exit(1 if document.faults else 0)


def check_subscriptions(settings: Settings, file: Path) -> CheckedSubscriptions:
    """The document of `subscriptions check`. Raises WrongUse where the file cannot be read."""
    found = read_subscriptions(file)
    secrets = None if settings.secrets is None else Secrets(settings.secrets)
    faults = [*found.faults, *(_key_faults(found, secrets) if secrets else ())]
    return CheckedSubscriptions(
        subscriptions=tuple(terms.id for terms in found.terms),
        faults=tuple(FaultDocument(line=fault.line, subscription=fault.id, what=fault.what) for fault in faults),
        keys_looked_at=secrets is not None,
    )


def _key_faults(found: Subscriptions, secrets: Secrets) -> Iterator[Fault]:
    for terms in found.terms:
        for what in secrets.faults(terms):
            yield Fault(found.lines.get(terms.id), terms.id, what)


def render_check(document: CheckedSubscriptions) -> str:
    """A line for each fault, and one on what was looked at."""
    faults = list(map(render_fault, document.faults))
    keys = "" if document.keys_looked_at else " (HARMWATCH_SECRETS is empty: their keys were not looked at)"
    right = f"{len(document.subscriptions)} subscriptions are right: {', '.join(document.subscriptions)}{keys}"
    return "\n".join([*faults, right if document.subscriptions else "no subscription is right"])


def render_fault(fault: FaultDocument) -> str:
    """One fault on one line."""
    return printable(Fault(fault.line, fault.subscription, fault.what).render())
