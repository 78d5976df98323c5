"""What a terminal can take: letters that its encoding lacks are escaped, and a signal that ends us puts it back."""

import codecs
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells answer it: 128 and the number of SIGINT."""

ESCAPES = "harmwatch_escapes"
_ESCAPED_ASCII = "harmwatch_escaped_ascii"
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


class EndSignal(BaseException):
    """A signal that ends the process has come."""


def escape_what_cannot_be_written() -> None:
    r"""From now on standard output and error write \u674e where their encoding has no letter for it.

    As JSON escapes it, so that a document stays one.
    """
    codecs.register_error(ESCAPES, _escaped)
    codecs.register(_escaped_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            # click would write UTF-8 where the environment asks for ASCII by its own name.
            stream.reconfigure(encoding=_ESCAPED_ASCII if is_ascii else stream.encoding, errors=ESCAPES)


def escaped(text: str, encoding: str) -> str:
    """The text as a terminal of this encoding gets it."""
    codecs.register_error(ESCAPES, _escaped)
    return text.encode(encoding, ESCAPES).decode(encoding)


def not_utf8(arguments: Sequence[str]) -> str | None:
    """The first argument that is no UTF-8, in ASCII."""
    broken = (argument for argument in arguments if any("\udc80" <= letter <= "\udcff" for letter in argument))
    return next((ascii(argument) for argument in broken), None)


@contextmanager
def put_back_at_the_end() -> Iterator[None]:
    """SIGTERM, SIGHUP and SIGQUIT end the block as Ctrl-C does, and then the process; ignored ones stay ignored."""
    taken = [number for number in _ENDING if signal.getsignal(number) is signal.SIG_DFL]
    came: list[int] = []

    def end(number: int, _: FrameType | None) -> None:
        if not came:
            came.append(number)
            raise EndSignal

    for number in taken:
        signal.signal(number, end)
    try:
        yield
    except EndSignal:
        pass
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
        if came:
            os.kill(os.getpid(), came[0])


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)), error.end


def _escaped_ascii(name: str) -> codecs.CodecInfo | None:
    if name != _ESCAPED_ASCII:
        return None
    known = codecs.lookup("ascii")
    return codecs.CodecInfo(
        known.encode,
        known.decode,
        known.streamreader,
        known.streamwriter,
        known.incrementalencoder,
        known.incrementaldecoder,
        name=_ESCAPED_ASCII,
    )
