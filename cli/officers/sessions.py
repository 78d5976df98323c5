"""Sessions at the console, as commands see them: by the beginning of a digest, which signs nobody in."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from cli.officers.console import find_console
from runtime.settings import Settings
from state.sign_ins import SignIns

if TYPE_CHECKING:
    from console.sign_in.sessions import Session

NAME_LETTERS = 12


@contextmanager
def open_sign_ins(settings: Settings) -> Iterator[SignIns]:
    """Raises WrongUse where the extra is missing; what it gives raises Unavailable."""
    find_console()
    with closing(SignIns(settings.redis_access, settings.prefix, settings.board)) as kept:
        yield kept


def open_sessions(kept: SignIns) -> "dict[str, Session]":
    """By digest, in order of their beginning; what is over is left out. Raises Unavailable."""
    from console.sign_in.sessions import read_session, wall_us  # noqa: PLC0415  (an optional extra)

    now = wall_us()
    read = ((digest, read_session(value)) for digest, value in kept.all().items())
    found = {digest: session for digest, session in read if session is not None and not session.is_over(now)}
    return dict(sorted(found.items(), key=lambda each: each[1].began_at))
