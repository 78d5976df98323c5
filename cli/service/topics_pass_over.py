"""`harmwatch topics pass-over`: a forged alert or dead letter no longer keeps workers from starting."""

import time
from contextlib import closing

import click

from broker.engine_number import refuse_journal_of_other_engine
from broker.members import group_members
from broker.reader import when_readable
from cli.deadletters.redrive import operator
from cli.document import Document
from cli.non_empty_text import NonEmptyText
from cli.output import json_option, show
from cli.waiting import say_waiting
from models.errors import PreconditionFailed, WrongUse
from models.instants import format_instant
from models.topics import ALERTS, DEAD_LETTERS, Topic
from policies.policy_file import load_policy
from runtime.in_force import policy_in_force
from runtime.installation import Installation
from runtime.settings import Settings, load_settings
from runtime.topic_checks import topic_faults
from runtime.topic_identity import find_place
from state.connection import check_eviction_policy
from streams.offline.passing_over import pass_over
from streams.recovery.interrupted import Interrupted


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
    faults = topic_faults(settings)
    if faults:
        raise PreconditionFailed("; ".join(faults))
    installation = Installation(settings, load_policy(settings.policy), find_place(settings))
    refuse_journal_of_other_engine(installation.reader)
    _require_record(installation, found, offset)
    in_force = policy_in_force(when_readable(installation.reader, say_waiting))
    installation = Installation(settings, in_force or installation.policy, installation.place)
    _refuse_workers(installation)
    told = {"by": operator(), "at": format_instant(time.time_ns() // 1_000), "why": why}
    entry = _pass_over(installation, (found.name, offset), told)
    return PassedOverDocument(topic=found.name, offset=offset, entry=entry, **told)


def _pass_over(installation: Installation, place: tuple[str, int], told: dict[str, str]) -> int:
    with closing(installation.open_store()) as store:
        check_eviction_policy(store.client)
    try:
        return pass_over(installation, place, told)
    except Interrupted as error:
        raise PreconditionFailed(
            f"the board was taken away meanwhile ({error}): stop all workers and run the command again"
        ) from error


def _require_record(installation: Installation, topic: Topic, offset: int) -> None:
    with closing(installation.small_reader(topic)) as reader:
        if offset < reader.end():
            reader.seek(offset)
            record = next(reader.read_until(offset + 1), None)
            if record is not None:
                return
    raise WrongUse(f"{installation.topic(topic)} has no record at offset {offset}")


def _refuse_workers(installation: Installation) -> None:
    members = group_members(installation.settings.brokers, installation.group)
    if members:
        raise PreconditionFailed(
            f"{members} worker(s) run on board {installation.settings.board}: stop them first. One that was killed "
            "counts for some seconds more."
        )


def render_passing(document: PassedOverDocument) -> str:
    """What was recorded."""
    return (
        f"{document.topic} offset {document.offset} is passed over from now on; entry {document.entry} of the "
        f"journal says so, by {document.by}: {document.why}"
    )
