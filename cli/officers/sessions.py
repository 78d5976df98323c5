"""Sessions at the console, as commands see them: by the beginning of a digest, which signs nobody in."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from console.sign_in.sessions import Session, read_session, wall_us
from runtime.settings import Settings
from state.sign_ins import SignIns

NAME_LETTERS = 12


@contextmanager
def open_sign_ins(settings: Settings) -> Iterator[SignIns]:
    """What it gives raises Unavailable."""
    with closing(SignIns(settings.redis_access, settings.prefix, settings.board)) as kept:
        yield kept


def open_sessions(kept: SignIns) -> dict[str, Session]:
    """By digest, in order of their beginning; what is over is left out. Raises Unavailable."""
    now = wall_us()
    read = ((digest, read_session(value)) for digest, value in kept.all().items())
    found = {digest: session for digest, session in read if session is not None and not session.is_over(now)}
    return dict(sorted(found.items(), key=lambda each: each[1].began_at))
