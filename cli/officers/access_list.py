"""`harmwatch access list`: who was shown names at the console, and when."""

from contextlib import closing
from typing import Literal

import click

from broker.open_transactions import wait_until_readable
from cli.instant_option import instant_option
from cli.officers.shown_person import ShownPerson
from cli.output import json_option, say, show
from cli.topics import open_topics
from cli.waiting import say_waiting
from models.access_log.look import CommandLook, DisclosureLook, ListLook, Look, StayLook, StaysLook, read_look
from models.instants import Micros, format_instant, parse_instant
from models.topics import ACCESS_LOG
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable


class _LookRow(Document):
    offset: int
    at: str
    by: str
    role: Literal["officer", "supervisor", "auditor", "device", "operator"]


class ListLookRow(_LookRow):
    """The list may have been shown from `at` until `until`."""

    kind: Literal["list"] = "list"
    generation: str
    from_entry: int
    lines: int
    alerts: int
    until: str


class StayLookRow(_LookRow):
    """The page of one stay was shown, once."""

    kind: Literal["stay"] = "stay"
    generation: str
    from_entry: int
    stay: int


class StaysLookRow(_LookRow):
    """A page with the names of several stays was shown, once."""

    kind: Literal["stays"] = "stays"
    page: Literal["ageing", "handover"]
    generation: str
    from_entry: int
    stays: tuple[int, ...]


class DisclosureLookRow(_LookRow):
    """A stay or a handover was given out to be printed, once, for somebody else to read."""

    kind: Literal["disclosure"] = "disclosure"
    page: Literal["stay", "handover"]
    generation: str
    from_entry: int
    stays: tuple[int, ...]
    recipient: str
    why: str


class LogLookRow(_LookRow):
    """The access log itself was shown."""

    kind: Literal["log"] = "log"
    why: str
    officer: str | None
    since: str | None


class CommandLookRow(_LookRow):
    """A command showed persons: one, those of an alert, or all who stood there."""

    kind: Literal["command"] = "command"
    command: str
    subject: str | None
    alert_id: str | None


LookRow = ListLookRow | StayLookRow | StaysLookRow | DisclosureLookRow | LogLookRow | CommandLookRow


class AccessDocument(Document):
    """In order. With `person`, the looks at the list while they stood on it or in an alert beside it, and at stays
    whose alert names them."""

    person: str | None
    officer: str | None
    since: str | None
    looks: tuple[LookRow, ...]


DOCUMENT = AccessDocument


@click.command()
@click.option("--person", help="Only looks at the list while this person could be seen there; computed from Kafka.")
@click.option("--officer", help="Only those of this officer, such as local:anna.")
@click.option("--since", help="Only those of this instant or date, or later.")
@json_option
def command(person: str | None, officer: str | None, since: str | None, as_json: bool) -> None:
    """Lists who was shown names at the console, and when."""
    instant = None if since is None else instant_option("--since", since)
    show(list_access(load_settings(), person, officer, instant), as_json, render_access)


def list_access(settings: Settings, person: str | None, officer: str | None, since: Micros | None) -> AccessDocument:
    """The document of `access list`. Raises PreconditionFailed where topics are missing, Unproved, Unavailable."""
    looks = read_looks(settings)
    could_see = (lambda _: True) if person is None else ShownPerson.of(settings, person, looks).could_see
    rows = [
        _row(offset, look)
        for offset, look in looks
        if officer in {None, look.by} and (since is None or parse_instant(look.at) >= since) and could_see(look)
    ]
    return AccessDocument(
        person=person, officer=officer, since=None if since is None else format_instant(since), looks=tuple(rows)
    )


def read_looks(settings: Settings) -> list[tuple[int, Look]]:
    """Every look with its offset; foreign records are passed over, and said. Raises the same."""
    looks, foreign = [], 0
    with closing(open_topics(settings, ACCESS_LOG)(ACCESS_LOG, 0)) as reader:
        wait_until_readable(reader, say_waiting)
        for record in reader.read_until(reader.end()):
            look = read_look(record.value)
            foreign += look is None
            looks += [] if look is None else [(record.offset, look)]
    if foreign:
        say(f"{foreign} foreign records on {ACCESS_LOG.name} are passed over")
    return looks


def _row(offset: int, look: Look) -> LookRow:
    fields = {"offset": offset, **look.model_dump(exclude={"board"})}
    match look:
        case ListLook():
            return ListLookRow.model_validate(fields)
        case StayLook():
            return StayLookRow.model_validate(fields)
        case StaysLook():
            return StaysLookRow.model_validate(fields)
        case DisclosureLook():
            return DisclosureLookRow.model_validate(fields)
        case CommandLook():
            return CommandLookRow.model_validate(fields)
        case _:
            return LogLookRow.model_validate(fields)


def render_access(document: AccessDocument) -> str:
    """A line for each."""
    return "\n".join(map(render_row, document.looks)) or "no looks"


def render_row(row: LookRow) -> str:
    """One look on one line."""
    begin = f"{row.at}  {printable(row.by):<24} {row.role:<10}"
    if isinstance(row, ListLookRow):
        return f"{begin} the list, {row.lines} lines, from entry {row.from_entry:,} until {printable(row.until)}"
    if isinstance(row, StayLookRow):
        return f"{begin} stay {row.stay}, at entry {row.from_entry:,}"
    if isinstance(row, StaysLookRow):
        return f"{begin} {row.page}: stays {', '.join(map(str, row.stays)) or 'none'}, at entry {row.from_entry:,}"
    if isinstance(row, DisclosureLookRow):
        stays = ", ".join(map(str, row.stays)) or "none"
        told = f"{row.page}, stays {stays}, at entry {row.from_entry:,}: {printable(row.why)}"
        return f"{begin} printed for {printable(row.recipient)}: {told}"
    if isinstance(row, CommandLookRow):
        about = row.subject or row.alert_id
        return f"{begin} harmwatch {row.command}{'' if about is None else f' about {printable(about)}'}"
    whose = "of everybody" if row.officer is None else f"of {printable(row.officer)}"
    return f"{begin} the access log {whose}: {printable(row.why)}"
