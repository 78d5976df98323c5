"""`harmwatch verify`: everything computed again from Kafka alone."""

import sys
import time
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from audit.certificates.certificate import issue_certificate
from audit.replay.inputs import count_inputs
from audit.replay.run_prefetcher import work_ahead
from audit.signing.document import write_document
from audit.signing.keys import SigningKey, load_signing_key
from audit.verify.checkpoints import read_kept_checkpoints
from audit.verify.desk_check import DeskCheck
from audit.verify.desk_records import read_desk_as_far_as_it_goes
from audit.verify.faults import RecordPlace
from audit.verify.fixed_topics import FIXED, changed_topics, signed_checkpoints
from audit.verify.outcome import Outcome, Span, VerificationRequest
from audit.verify.verification import Verification
from broker.reader import when_readable
from cli.audit.delivered import verify_deliveries, with_deliveries
from cli.audit.live_board import read_live_board
from cli.audit.verify_document import VerifyDocument, render_verify, verify_document
from cli.audit.verify_metrics import write_metrics
from cli.output import json_option, say, show
from cli.paths import FILE
from cli.progress import Progress
from cli.topics import Topics, named_board, open_topics, those_there
from cli.waiting import say_waiting
from models.checkpoint import Checkpoint
from models.errors import WrongUse
from models.topics import DELIVERIES, OFFICER_ACTIONS, TOPICS
from policies.policy_file import load_policy
from runtime.key_stores import find_keys
from runtime.settings import Settings, load_settings
from runtime.signer import signer
from runtime.topic_identity import find_place
from sealing.signatures import load_public_key


@click.command()
@click.option("--from", "first", type=click.IntRange(1), help="The first entry to compare; those before are computed.")
@click.option("--to", "last", type=click.IntRange(1), help="The last entry to compare.")
@click.option("--redis", "with_store", is_flag=True, help="Compare the live board as well.")
@click.option("--desk", "with_desk", is_flag=True, help="Compare what the console wrote as well.")
@click.option("--copy", "is_copy", is_flag=True, help="The topics are a copy: they may lie on another cluster.")
@click.option("--certificate", type=FILE, help="Write a signed certificate of the result; needs --key.")
@click.option("--key", type=FILE, help="The private file that signs the certificate.")
@click.option("--public-key", type=FILE, help="Checkpoints must be signed by this key.")
@click.option("--checkpoints", type=FILE, help="Checkpoints that were kept elsewhere.")
@click.option(
    "--passed-over", multiple=True, metavar="TOPIC:OFFSET", help="A foreign record that a person has looked at."
)
@click.option("--deliveries", is_flag=True, help="Check the ledger of deliveries as well.")
@click.option("--metrics", type=FILE, help="Write the result for Prometheus' textfile collector.")
@json_option
def command(as_json: bool, metrics: Path | None, **options: Any) -> None:  # Any: the fields of a Request
    """Recomputes everything from Kafka alone and compares it with what was published."""
    settings = load_settings()
    document = verify_installation(settings, Request(**options))
    if metrics is not None:
        write_metrics(metrics, settings.board, document)
    show(document, as_json, render_verify)
    sys.exit(0 if document.ok else 1)


DOCUMENT = VerifyDocument


@dataclass(frozen=True, slots=True)
class Request:
    """What one verification is asked for; the files are those of the command's options."""

    first: int | None = None
    last: int | None = None
    with_store: bool = False
    with_desk: bool = False
    is_copy: bool = False
    certificate: Path | None = None
    key: Path | None = None
    public_key: Path | None = None
    checkpoints: Path | None = None
    passed_over: tuple[str, ...] = ()
    deliveries: bool = False


def verify_installation(settings: Settings, request: Request) -> VerifyDocument:
    """The result of one pass. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    span, key, passed_over = _span(request), _key(request), _places(settings, request)
    public_key = load_public_key(request.public_key) if request.public_key else key.public if key else None
    kept = read_kept_checkpoints(request.checkpoints) if request.checkpoints else []
    desk_topics = (OFFICER_ACTIONS,) if request.with_desk else ()
    open_reader = open_topics(settings, *TOPICS, *desk_topics)
    public_key = public_key or signer(settings, open_reader)
    live = read_live_board(settings, open_reader) if request.with_store else None
    # Before the journal's end is looked up: every entry that an action rests on lies before it.
    desk = (
        DeskCheck(read_desk_as_far_as_it_goes(when_readable(open_reader, say_waiting), settings.board))
        if request.with_desk
        else None
    )
    total = count_inputs(open_reader)
    place = None if request.is_copy else find_place(settings)
    keys = find_keys(settings)
    with closing(keys) if keys else nullcontext():
        asked = VerificationRequest(span, place, public_key, keys, live, kept, passed_over, named_board(settings), desk)
        verification = Verification(open_reader, asked, work_ahead(open_reader, total))
        progress = Progress(total)
        result = _with_policy_file(verification.run(progress.tell), settings)
    if not request.is_copy:  # of which offsets and timestamps may be others
        result = _with_changes(result, settings, [*kept, *signed_checkpoints(open_reader, public_key)])
    verdict = verify_deliveries(settings, passed_over) if request.deliveries else None
    if verdict is not None:
        result = with_deliveries(result, verdict, passed_over)
    certificate = None if result.held_back else request.certificate
    if certificate and key:
        write_document(certificate, issue_certificate(result, key, time.time_ns() // 1000))
        say(f"certificate written to {certificate}")
    return verify_document(result, certificate, progress.seconds, verdict)


def _with_changes(result: Outcome, settings: Settings, checkpoints: Sequence[Checkpoint]) -> Outcome:
    """What a checkpoint fixed and is another thing now. Raises Unavailable."""
    there = those_there(settings, *FIXED)
    open_reader = when_readable(Topics(settings.brokers, settings.prefix), say_waiting)
    for text in changed_topics(open_reader, checkpoints, there):
        result = result.with_fault(text)
    return result


def _span(request: Request) -> Span:
    first, last = request.first or 1, request.last
    if last is not None and last < first:
        raise WrongUse(f"--to {last} lies before --from {first}")
    if request.with_store and last is not None:
        raise WrongUse("--redis holds the live board against the newest entries: leave out --to")
    return Span(first, last)


def _places(settings: Settings, request: Request) -> list[RecordPlace]:
    places = []
    for text in request.passed_over:
        topic, _, offset = text.removeprefix(settings.prefix).rpartition(":")
        if topic not in {each.name for each in (*TOPICS, DELIVERIES, OFFICER_ACTIONS)} or not offset.isdecimal():
            raise WrongUse(f"--passed-over {text!r} is not TOPIC:OFFSET, such as journal.v1:812")
        places.append((topic, int(offset)))
    return places


def _key(request: Request) -> SigningKey | None:
    if bool(request.certificate) != bool(request.key):
        raise WrongUse("--certificate FILE needs --key FILE to sign it, and --key signs nothing else")
    return load_signing_key(request.key) if request.key else None


def _with_policy_file(result: Outcome, settings: Settings) -> Outcome:
    """Only a file that HARMWATCH_POLICY names can have been edited; the shipped default says nothing."""
    ours = result.policy
    if ours is None or "policy" not in settings.model_fields_set:
        return result
    theirs = load_policy(settings.policy)
    if theirs.digest == ours.digest:
        return result
    return result.with_fault(
        f"policy file {settings.policy}: its digest is {theirs.digest}, the one in force has {ours.digest}: "
        "the file was edited, or is another policy's"
    )
