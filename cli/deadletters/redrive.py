"""`harmwatch deadletters redrive`: refused records go to offences.v1 once more, each only once."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import click
from kafka import KafkaProducer

from broker.clients import NULL, commit, end_producer, kafka_errors, producer
from cli.deadletters.letters import Selection, read_letters, read_redrives, select, selection_options
from cli.non_empty_text import NonEmptyText
from cli.output import json_option, show
from cli.topics import open_topics
from cli.who import operator
from models.canonical import canonical_json
from models.dead_letter import DeadLetter, TruncatedLetter
from models.errors import BrokenInvariant, WrongUse
from models.instants import format_instant
from models.redrive import Redrive
from models.topics import OFFENCES, REDRIVES, topic_name
from runtime.settings import Settings, load_settings
from sight.document import Document

_LETTERS_AT_ONCE = 500
_BYTES_AT_ONCE = 4 * 1024 * 1024


class RedriveDocument(Document):
    """How many letters were meant, how many of them had gone before, and how many went now."""

    selected: int
    redriven_before: int
    redriven: int
    dry_run: bool


DOCUMENT = RedriveDocument


@click.command()
@selection_options
@click.option("--why", type=NonEmptyText(), help="Recorded on redrives.v1, with your name and the time.")
@click.option("--dry-run", is_flag=True, help="Only say how many would be sent.")
@json_option
def command(
    reason: str | None, since: str | None, until: str | None, why: str | None, dry_run: bool, as_json: bool
) -> None:
    """Sends refused records to offences.v1 once more; each letter only once."""
    document = redrive_letters(load_settings(), select(reason, since, until), why, dry_run=dry_run)
    show(document, as_json, render_redrive)


def redrive_letters(settings: Settings, selection: Selection, why: str | None, *, dry_run: bool) -> RedriveDocument:
    """Sends the selected letters that were not redriven before; record and redrive in one transaction.

    The fence comes before the look at what was redriven: of two at once one fails, and no letter goes twice.
    Raises WrongUse without a reason why, PreconditionFailed, Unavailable.
    """
    if why is None and not dry_run:
        raise WrongUse("--why is missing: the redrive is recorded with it")
    sender = None if dry_run else _fenced(settings)
    try:
        redriven = read_redrives(settings, all_of_them=True)
        letters = list(read_letters(settings, selection))
        fresh = [letter for letter in letters if letter.number not in redriven]
        if sender is not None:
            for letters_at_once in _portions(settings, fresh):
                _send(sender, settings, letters_at_once, why or "")
    finally:
        if sender is not None:
            end_producer(sender)
    return RedriveDocument(
        selected=len(letters),
        redriven_before=len(letters) - len(fresh),
        redriven=0 if dry_run else len(fresh),
        dry_run=dry_run,
    )


def _portions(settings: Settings, letters: list[DeadLetter]) -> Iterator[list[DeadLetter]]:
    """What goes in one transaction each; of truncated letters the original is read again."""
    portion: list[DeadLetter] = []
    size = 0
    for letter in letters:
        whole = _original(settings, letter) if letter.truncated else letter
        portion.append(whole)
        size += len(whole.value or b"")
        if len(portion) == _LETTERS_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _original(settings: Settings, letter: DeadLetter) -> DeadLetter:
    """The letter with the whole value. Raises BrokenInvariant where the record is not the one that was refused."""
    truncated = TruncatedLetter.model_validate_json(letter.value or b"null")
    with closing(open_topics(settings, OFFENCES)(OFFENCES, letter.partition)) as reader:
        reader.seek(letter.offset)
        record = next(reader.read_until(letter.offset + 1), None) if letter.offset < reader.end() else None
    value = None if record is None else record.value
    if value is None or hashlib.sha256(value).hexdigest() != truncated.sha256:
        where = f"{OFFENCES.name} partition {letter.partition} offset {letter.offset}"
        raise BrokenInvariant(f"{where} does not hold the record of letter {letter.number} any more")
    return replace(letter, value=value)


def _fenced(settings: Settings) -> KafkaProducer:
    sender = producer(settings.brokers, f"{settings.prefix}harmwatch-{settings.board}-redrive")
    with kafka_errors(settings.brokers):
        sender.init_transactions()
    return sender


def _send(sender: KafkaProducer, settings: Settings, letters: list[DeadLetter], why: str) -> None:
    by, at = operator(), format_instant(time.time_ns() // 1_000)
    with kafka_errors(settings.brokers):
        sender.begin_transaction()
        waiting = [
            sender.send(
                topic_name(settings.prefix, OFFENCES), key=letter.key,
                value=NULL if letter.value is None else letter.value, partition=letter.partition,
            )
            for letter in letters
        ]  # fmt: skip
        sender.flush()
        for letter, sent in zip(letters, waiting, strict=True):
            redrive = Redrive(
                letter=letter.number, reason=letter.reason, partition=letter.partition, refused_offset=letter.offset,
                sent_offset=sent.get(0).offset, by=by, why=why, at=at,
            )  # fmt: skip
            value = canonical_json(redrive.model_dump())
            sender.send(topic_name(settings.prefix, REDRIVES), key=letter.key, value=value, partition=0)
    commit(sender)


def render_redrive(document: RedriveDocument) -> str:
    """What was, or would be, sent."""
    fresh = document.selected - document.redriven_before
    verb = "would redrive" if document.dry_run else "redrove"
    return f"{verb} {fresh} of {document.selected} letters; {document.redriven_before} had been redriven before"
