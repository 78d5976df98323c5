"""`harmwatch ingest`: lines of files become records of offences.v1."""

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli.intake.known_reports import known_reports
from cli.intake.notices_text import notices_document, render_notices
from cli.intake.refused_rows import RefusedRows
from cli.intake.register import fill_register, register_document, render_register, why_not_withdrawn, withdrawals
from cli.output import printable, say
from cli.terminal import put_back_at_the_end
from intake.intake import Intake
from intake.mapping.file import load_mapping
from intake.mapping.rules import Mapping
from intake.notices import Notices
from intake.revisions import Revisions
from models.errors import WrongUse
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity, find_place
from streams.transport.sender import Sender

_SHOW_EVERY_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Request:
    """What is read, and how."""

    files: Sequence[str]
    mapping: Path | None = None
    unchecked: bool = False
    against_topic: bool | None = None
    """whether the topic is read first, and said what is known; None: where the mapping gives a revision"""

    first_load: bool = False
    resume: bool = False
    """whether only what the topic does not know is sent, after a load that broke off"""

    @property
    def paths(self) -> list[Path]:
        """The files; `-` is standard input."""
        return [Path(file) for file in self.files]

    def rules(self) -> Mapping | None:
        """The mapping. Raises WrongUse."""
        return load_mapping(self.mapping) if self.mapping else None

    def known(self, settings: Settings, place: TopicIdentity, rules: Mapping | None) -> Revisions:
        """What the topic holds, as far as that is asked for. Raises WrongUse, Unavailable."""
        if self.resume and self.unchecked:
            raise WrongUse("--resume goes by what lines say, and with --unchecked nobody reads them: leave one out")
        asked, first_load = self.resume or self.against_topic, self.first_load or self.resume
        return known_reports(settings, place, rules, against_topic=asked, first_load=first_load)


def ingest_files(settings: Settings, request: Request, refused: RefusedRows) -> dict[str, Any]:
    """Sends every good line in order; the others go to `refused`. Raises WrongUse, PreconditionFailed, Unavailable."""
    rules = request.rules()
    place = find_place(settings)
    known = request.known(settings, place, rules)
    notices, sent, known_before = Notices(), 0, 0
    with closing(Sender(settings.brokers, place.topic, place.partitions)) as sender:
        lines = Intake(request.paths, rules, time.time_ns() // 1000, request.unchecked, sender.flush)
        if lines.register is not None and rules is not None:
            fill_register(settings, place, rules, lines.register)
        with put_back_at_the_end(), _Bar(lines) as bar:
            for line in lines:
                if line.value is None:
                    refused.add(line)
                    continue
                placed = None if lines.report is None else known.add(lines.report)
                if lines.report is not None and placed is not None:
                    notices.look(line, lines.report, placed)
                if request.resume and placed is not None and placed.changes_nothing:
                    known_before += 1
                else:
                    sender.send(line.key, line.value)
                    sent += 1
                bar.show(sent + known_before + refused.count)
            sender.flush()
        for note in lines.notes:  # what is doubtful is told before anything is withdrawn
            say(printable(note))
        gone = _withdraw(lines, rules, refused.count, sender)
    passed_over = {"known_before": known_before} if request.resume else {}
    return {"sent": sent, **passed_over, **gone, **refused.document(), **notices_document(notices, known, lines.tally)}


def _withdraw(lines: Intake, rules: Mapping | None, refused: int, sender: Sender) -> dict[str, Any]:
    """Withdraws what is gone from a register, where that may be; says what it did."""
    if lines.register is None or rules is None:
        return {}
    withheld = why_not_withdrawn(lines.register, rules, refused, lines.why_in_part)
    sent = 0
    for key, value in withdrawals(lines.register, rules, time.time_ns() // 1000) if withheld is None else ():
        sender.send(key, value)
        sent += 1
    sender.flush()
    return register_document(lines.register, sent, withheld)


def render_ingest(document: dict[str, Any]) -> str:
    """What became of the lines."""
    known = f", known before {document['known_before']}" if "known_before" in document else ""
    return "\n".join(
        [
            f"sent {document['sent']}{known}, refused {document['refused']}",
            *render_register(document),
            *render_notices(document),
        ]
    )


class _Bar:
    """Lines so far, rate and time left, on a terminal only."""

    def __init__(self, lines: Intake) -> None:
        self._lines = lines
        self._begun_at = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.fields[lines]:,} lines, {task.fields[rate]:,.0f}/s"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task("ingest", total=None, lines=0, rate=0.0)

    def __enter__(self) -> "_Bar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, done: int) -> None:
        if done % _SHOW_EVERY_LINES == 0:
            share, seconds = self._lines.done_share, time.monotonic() - self._begun_at
            self._progress.update(
                self._task,
                total=None if share is None else 1.0,
                completed=share or 0.0,
                lines=done,
                rate=done / seconds,
            )
