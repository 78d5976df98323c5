"""`harmwatch checkpoint`: what journal and alerts are now, signed."""

import time
from pathlib import Path

import click

from audit.signing.keys import load_signing_key
from audit.verify.checkpoints import make_checkpoint
from audit.verify.fixed_topics import FIXED
from broker.engine_number import refuse_journal_of_other_engine
from broker.reader import when_readable
from cli.audit.kept_notes import append_note
from cli.long_pass import long_pass
from cli.output import json_option, show
from cli.paths import FILE
from cli.publishing import publish
from cli.topics import open_topics, those_there
from cli.waiting import say_waiting
from models.errors import WrongUse
from models.topics import ALERTS, CHECKPOINTS, JOURNAL
from runtime.settings import Settings, load_settings
from sight.document import Document


class FixedTopicRow(Document):
    """What lay on a topic that nobody can compute again: up to which offset, and SHA-256 over its records."""

    topic: str
    end: int
    digest: str


class CheckpointDocument(Document):
    """The signed note that was published on checkpoints.v1, line by line; `verifier_key` checks it."""

    board: str
    entry: int
    head: str
    as_of: str
    alerts: int
    root: str
    time: str
    topics: tuple[FixedTopicRow, ...]
    public_key: str
    signature: str
    verifier_key: str


DOCUMENT = CheckpointDocument


@click.command()
@click.option("--key", type=FILE, required=True, help="The private file of the signing key.")
@click.option("--keep", type=FILE, help="Append the checkpoint to this file, to be kept elsewhere.")
@json_option
def command(key: Path, keep: Path | None, as_json: bool) -> None:
    """Signs what journal and alerts are now, and publishes it to checkpoints.v1."""
    show(publish_checkpoint(load_settings(), key, keep), as_json, render_checkpoint)


def publish_checkpoint(settings: Settings, key: Path, keep: Path | None) -> CheckpointDocument:
    """Signs what is published now, sends it to checkpoints.v1 and appends it to a file. Raises what hinders it."""
    signing_key = load_signing_key(key)
    open_reader = when_readable(open_topics(settings, JOURNAL, ALERTS, CHECKPOINTS), say_waiting)
    refuse_journal_of_other_engine(open_reader)
    fixed = those_there(settings, *FIXED)
    with long_pass(open_reader, of={JOURNAL, ALERTS, *fixed}) as watched:
        checkpoint = make_checkpoint(watched, signing_key, time.time_ns() // 1000, fixed)
    publish(settings, CHECKPOINTS, checkpoint.board, checkpoint.note)
    if keep is not None:
        try:
            append_note(keep, checkpoint.note)
        except OSError as error:
            raise WrongUse(f"{keep} cannot be written: {error.strerror} (the checkpoint was published)") from error
    topics = tuple(FixedTopicRow(**each.model_dump()) for each in checkpoint.topics)
    fields = checkpoint.model_dump(mode="json", exclude={"topics"})
    return CheckpointDocument(**fields, topics=topics, verifier_key=checkpoint.verifier_key)


def render_checkpoint(document: CheckpointDocument) -> str:
    """What was fixed."""
    return (
        f"checkpoint of entry {document.entry} (as of {document.as_of}): head {document.head}, "
        f"{document.alerts} alerts with root {document.root}\n"
        + "".join(f"{each.topic} up to offset {each.end}: {each.digest}\n" for each in document.topics)
        + f"a signed note, which {document.verifier_key} checks"
    )
