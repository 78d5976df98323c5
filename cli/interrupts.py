"""Ctrl-C is not lost where Python cannot raise it.

A KeyboardInterrupt that comes up in a finalizer, a weak reference's callback or the garbage collector ends nowhere:
Python reports it to `sys.unraisablehook` and goes on. Here it is noted, and sent again a moment later.
"""

import contextlib
import signal
import sys
import threading
from types import TracebackType
from typing import Protocol

_AGAIN_SECONDS = 0.01
_swallowed = threading.Event()


class _Unraisable(Protocol):
    """What Python hands to `sys.unraisablehook`."""

    exc_type: type[BaseException]
    exc_value: BaseException | None
    exc_traceback: TracebackType | None
    err_msg: str | None
    object: object


def send_swallowed_interrupts_again() -> None:
    """From now on an interrupt that Python could not raise comes again."""
    report = sys.unraisablehook

    def hook(unraisable: _Unraisable) -> None:
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            report(unraisable)
            return
        _swallowed.set()
        # Not at once: it would come up in this hook, which cannot raise it either.
        again = threading.Timer(_AGAIN_SECONDS, _interrupt_main_thread)
        again.daemon = True
        with contextlib.suppress(RuntimeError):  # the interpreter ends already
            again.start()

    sys.unraisablehook = hook


def was_interrupted(error: BaseException) -> bool:
    """Whether the error came of Ctrl-C: what is cleaned up then may fail, for what it asks was interrupted as well."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, KeyboardInterrupt):
        cause = cause.__context__
    return cause is not None or _swallowed.is_set()


def _interrupt_main_thread() -> None:
    main = threading.main_thread()
    if main.ident is not None and main.is_alive():
        signal.pthread_kill(main.ident, signal.SIGINT)  # a thread's own signal ends what it waits for
