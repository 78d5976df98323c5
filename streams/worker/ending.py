"""What ends a worker by itself: the words for it, and the exit code."""

import logging

from models.errors import Deaf, OperatorError, PreconditionFailed, Unavailable, WrongUse
from runtime.events import Event, happened

log = logging.getLogger(__name__)


def as_failure(error: BaseException) -> BaseException:
    """The same, but for a wrong use: that is one of the start, and who has worked is started again (exit code 1)."""
    return PreconditionFailed(str(error)) if isinstance(error, WrongUse) else error


def say_why(error: BaseException) -> None:
    """One line for what can be expected, and the traceback beside it where the code did something wrong."""
    expected = isinstance(error, OperatorError | Unavailable | Deaf)
    why = str(error) or repr(error)
    log.error("the worker ends: %s", why, exc_info=None if expected else error, extra=happened(Event.ENDS))
