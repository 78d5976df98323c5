"""`harmwatch access list`: who was shown names at the console, and when."""

from contextlib import closing

import click

from broker.open_transactions import wait_until_readable
from cli.instant_option import instant_option
from cli.officers.look_rows import LookRow, render_row, row_of
from cli.officers.shown_person import ShownPerson
from cli.output import json_option, say, show
from cli.topics import open_topics
from cli.waiting import say_waiting
from models.access_log.look import Look, read_look
from models.errors import WrongUse
from models.instants import Micros, format_instant, parse_instant
from models.topics import ACCESS_LOG
from runtime.settings import Settings, load_settings
from sight.document import Document


class AccessDocument(Document):
    """In order. With `person`, the looks at the list while they stood in the band or in an alert beside it, at stays
    and files whose alert names them, at their own page, and, if an alert ever named them, back at a band. `below`:
    also those at the list while they stood on it below the band."""

    person: str | None
    below: bool
    officer: str | None
    since: str | None
    looks: tuple[LookRow, ...]


DOCUMENT = AccessDocument


@click.command()
@click.option("--person", help="Only looks in which this person could be seen in the band, in an alert or by name.")
@click.option("--below", is_flag=True, help="With --person: also below the band, computed by a replay of the journal.")
@click.option("--officer", help="Only those of this officer, such as local:anna.")
@click.option("--since", help="Only those of this instant or date, or later.")
@json_option
def command(person: str | None, below: bool, officer: str | None, since: str | None, as_json: bool) -> None:
    """Lists who was shown names at the console, and when."""
    if below and person is None:
        raise WrongUse("--below goes with --person: without one every look is listed")
    instant = None if since is None else instant_option("--since", since)
    show(list_access(load_settings(), person, officer, instant, below=below), as_json, render_access)


def list_access(
    settings: Settings, person: str | None, officer: str | None, since: Micros | None, *, below: bool = False
) -> AccessDocument:
    """The document of `access list`. Raises PreconditionFailed where topics are missing, Unproved, Unavailable."""
    looks = read_looks(settings)
    could_see = (lambda _: True) if person is None else ShownPerson.of(settings, person, looks, below=below).could_see
    rows = [
        row_of(offset, look)
        for offset, look in looks
        if officer in {None, look.by} and (since is None or parse_instant(look.at) >= since) and could_see(look)
    ]
    begin = None if since is None else format_instant(since)
    return AccessDocument(person=person, below=below, officer=officer, since=begin, looks=tuple(rows))


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


def render_access(document: AccessDocument) -> str:
    """A line for each."""
    return "\n".join(map(render_row, document.looks)) or "no looks"
