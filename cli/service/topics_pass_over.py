"""`harmwatch topics pass-over`: a forged alert or dead letter no longer keeps workers from starting."""

import time
from contextlib import closing

import click

from broker.reader import when_readable
from cli.non_empty_text import NonEmptyText
from cli.offline import in_place_of_workers, refuse_workers, sound_installation
from cli.output import json_option, show
from cli.waiting import say_waiting
from cli.who import operator
from models.errors import WrongUse
from models.instants import format_instant
from models.topics import ALERTS, DEAD_LETTERS, Topic
from policies.policy_file import load_policy
from runtime.in_force import policy_in_force
from runtime.installation import Installation
from runtime.settings import Settings, load_settings
from sight.document import Document
from streams.offline.passing_over import pass_over


class PassedOverDocument(Document):
    """Which record is ignored from now on, by which entry, and who said so when and why."""

    topic: str
    offset: int
    entry: int
    by: str
    at: str
    why: str


DOCUMENT = PassedOverDocument


@click.command()
@click.argument("topic")
@click.argument("offset", type=click.IntRange(0))
@click.option("--why", type=NonEmptyText(), required=True, help="Stands in the journal for ever.")
@json_option
def command(topic: str, offset: int, why: str, as_json: bool) -> None:
    """Says that a record of alerts.v1 or dead-letters.v1 is forged, so that workers start despite it."""
    show(pass_over_record(load_settings(), topic, offset, why), as_json, render_passing)


def pass_over_record(settings: Settings, topic: str, offset: int, why: str) -> PassedOverDocument:
    """Journals that a person takes a record for forged. Raises WrongUse, PreconditionFailed, Unavailable."""
    name = topic.removeprefix(settings.prefix)
    found = next((each for each in (ALERTS, DEAD_LETTERS) if each.name == name), None)
    if found is None:
        raise WrongUse(f"only a record of {ALERTS.name} or {DEAD_LETTERS.name} can be passed over, not of {topic}")
    installation = sound_installation(settings, load_policy(settings.policy))
    _require_record(installation, found, offset)
    in_force = policy_in_force(when_readable(installation.reader, say_waiting))
    installation = Installation(settings, in_force or installation.policy, installation.place)
    refuse_workers(installation)
    statement = {"by": operator(), "at": format_instant(time.time_ns() // 1_000), "why": why}
    entry = in_place_of_workers(installation, lambda: pass_over(installation, (found.name, offset), statement))
    return PassedOverDocument(topic=found.name, offset=offset, entry=entry, **statement)


def _require_record(installation: Installation, topic: Topic, offset: int) -> None:
    with closing(installation.small_reader(topic)) as reader:
        if offset < reader.end():
            reader.seek(offset)
            record = next(reader.read_until(offset + 1), None)
            if record is not None:
                return
    raise WrongUse(f"{installation.topic(topic)} has no record at offset {offset}")


def render_passing(document: PassedOverDocument) -> str:
    """What was recorded."""
    return (
        f"{document.topic} offset {document.offset} is passed over from now on; entry {document.entry} of the "
        f"journal says so, by {document.by}: {document.why}"
    )
