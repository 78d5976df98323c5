"""`harmwatch console sessions list`."""

import click

from cli.officers.sessions import NAME_LETTERS, open_sessions, open_sign_ins
from cli.output import json_option, show
from models.instants import format_instant
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable


class SessionRow(Document):
    """Somebody who is signed in; `session` names it to `sessions revoke`."""

    session: str
    by: str
    began_at: str
    ends_at: str


class SessionsDocument(Document):
    """In order of their beginning."""

    sessions: tuple[SessionRow, ...]


DOCUMENT = SessionsDocument


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Lists who is signed in at the console, since when, and until when."""
    show(list_sessions(load_settings()), as_json, render_sessions)


def list_sessions(settings: Settings) -> SessionsDocument:
    """The document of `console sessions list`. Raises Unavailable, WrongUse."""
    with open_sign_ins(settings) as kept:
        rows = (
            SessionRow(
                session=digest[:NAME_LETTERS], by=session.by, began_at=format_instant(session.began_at),
                ends_at=format_instant(session.ends_at),
            )
            for digest, session in open_sessions(kept).items()
        )  # fmt: skip
        return SessionsDocument(sessions=tuple(rows))


def render_sessions(document: SessionsDocument) -> str:
    """A line for each."""
    lines = (
        f"{row.session}  {printable(row.by):<32} since {row.began_at}, until {row.ends_at}" for row in document.sessions
    )
    return "\n".join(lines) or "nobody is signed in"
