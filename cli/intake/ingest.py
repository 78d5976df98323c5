"""`harmwatch ingest`: lines of files become records of offences.v1."""

import sys
import time
from contextlib import closing
from typing import Any

import click

from cli.intake.bar import progress_bar
from cli.intake.dry_run import DryRunDocument, is_clean, render_dry_run, try_files
from cli.intake.notices_text import NoticesPart, notices_part, render_notices
from cli.intake.refused_rows import RefusedPart, RefusedRows
from cli.intake.register import (
    RegisterPart,
    fill_register,
    register_part,
    render_register,
    why_not_withdrawn,
    withdrawals,
)
from cli.intake.request import Request
from cli.output import json_option, say, show
from cli.paths import ANY
from intake.intake import Intake
from intake.line import Line
from intake.mapping.rules import Mapping
from intake.notices import Notices
from intake.revisions import Revisions
from models.decode import Report
from runtime.settings import Settings, load_settings
from runtime.topic_identity import find_place
from sight.document import Document
from sight.printable import printable
from streams.transport.sender import Sender


class _SentPart(Document):
    sent: int
    known_before: int | None = None


class _RefusedCount(Document):
    refused: int


class IngestDocument(NoticesPart, RefusedPart, _RefusedCount, RegisterPart, _SentPart):
    """What became of the lines; `known_before` is said with --resume, and the register's part of a register."""


DOCUMENT = IngestDocument | DryRunDocument


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option("--mapping", type=ANY, help="TOML: which column is which field.")
@click.option("--unchecked", is_flag=True, help="Send lines as they are.")
@click.option(
    "--dry-run", is_flag=True, help="Send nothing, and need no Kafka: show the first report, and what is wrong."
)
@click.option(
    "--against-topic/--no-against-topic",
    default=None,
    help="Read the topic first, and say what of the files is known; left out: where the mapping gives a revision.",
)
@click.option("--first-load", is_flag=True, help="Let a running revision begin at 1 although the source is known.")
@click.option("--resume", is_flag=True, help="After a load that broke off: send only what the topic does not know yet.")
@click.option("--all-errors", is_flag=True, help="Name every line that is not sent, not the first of each kind.")
@json_option
def command(*, dry_run: bool, all_errors: bool, as_json: bool, **options: Any) -> None:  # Any: the fields of a Request
    """Sends files of records (CSV, .xlsx, JSON, XML; - is standard input) to offences.v1."""
    settings, request = load_settings(), Request(**options)
    with RefusedRows(every=all_errors, keep=as_json) as refused:
        document: IngestDocument | DryRunDocument
        document = (try_files if dry_run else ingest_files)(settings, request, refused)
    show(document, as_json, render)
    is_wrong = refused.count or document.too_much_is_gone
    sys.exit(1 if is_wrong or (isinstance(document, DryRunDocument) and not is_clean(document)) else 0)


def ingest_files(settings: Settings, request: Request, refused: RefusedRows) -> IngestDocument:
    """Sends every good line in order; the others go to `refused`. Raises WrongUse, PreconditionFailed, Unavailable."""
    rules = request.rules()
    place = find_place(settings)
    known = request.known(settings, place, rules)
    with closing(Sender(settings.brokers, place.topic, place.partitions)) as sender:
        lines = Intake(request.paths, rules, time.time_ns() // 1000, request.unchecked, sender.flush)
        if lines.register is not None and rules is not None:
            fill_register(settings, place, rules, lines.register)
        load = _Load(sender, known, refused, resume=request.resume)
        with progress_bar(lines) as show_done:
            for line in lines:
                load.take(line, lines.report)
                show_done(load.lines)
            sender.flush()
        for note in lines.notes:  # doubts are printed before anything is withdrawn
            say(printable(note))
        gone = _withdraw(lines, rules, refused.count, sender)
    return IngestDocument(
        **load.part().given(),
        **gone.given(),
        refused=refused.count,
        **refused.part().given(),
        **notices_part(load.notices, known, lines.tally).given(),
    )


class _Load:
    """Sends the good lines and counts them all; with `resume` those that the topic knows are left out."""

    def __init__(self, sender: Sender, known: Revisions, refused: RefusedRows, *, resume: bool) -> None:
        self.notices = Notices()
        self._sender, self._known, self._refused, self._resume = sender, known, refused, resume
        self._sent = self._known_before = 0

    @property
    def lines(self) -> int:
        """How many came so far."""
        return self._sent + self._known_before + self._refused.count

    def take(self, line: Line, report: Report | None) -> None:
        """The next line; `report` is what it says, None where that was not looked at."""
        if line.value is None:
            self._refused.add(line)
            return
        placed = None if report is None else self._known.add(report)
        if report is not None and placed is not None:
            self.notices.look(line, report, placed)
        if self._resume and placed is not None and placed.changes_nothing:
            self._known_before += 1
        else:
            self._sender.send(line.key, line.value)
            self._sent += 1

    def part(self) -> _SentPart:
        """What the document says of it."""
        if self._resume:
            return _SentPart(sent=self._sent, known_before=self._known_before)
        return _SentPart(sent=self._sent)


def _withdraw(lines: Intake, rules: Mapping | None, refused: int, sender: Sender) -> RegisterPart:
    """Withdraws what is gone from a register, where that may be; says what it did."""
    if lines.register is None or rules is None:
        return RegisterPart()
    withheld = why_not_withdrawn(lines.register, rules, refused, lines.why_in_part)
    sent = 0
    for key, value in withdrawals(lines.register, rules, time.time_ns() // 1000) if withheld is None else ():
        sender.send(key, value)
        sent += 1
    sender.flush()
    return register_part(lines.register, sent, withheld)


def render(document: IngestDocument | DryRunDocument) -> str:
    """What became of the lines, or would."""
    if isinstance(document, DryRunDocument):
        return render_dry_run(document)
    known = "" if document.known_before is None else f", known before {document.known_before}"
    lines = [f"sent {document.sent}{known}, refused {document.refused}"]
    return "\n".join([*lines, *render_register(document), *render_notices(document)])
