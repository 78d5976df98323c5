"""The console script: Ctrl-C is answered with 130 and no traceback, also while the commands are still being loaded."""

import errno
import sys

from cli.interrupts import send_swallowed_interrupts_again
from cli.own_rooms import intruder
from cli.terminal import INTERRUPTED, escape_what_cannot_be_written, not_utf8

WRONG_USE = 2


def run() -> None:
    """Runs the command line; ends the process."""
    try:
        send_swallowed_interrupts_again()
        escape_what_cannot_be_written()
        if broken := not_utf8(sys.argv[1:]):
            sys.stderr.write(f"harmwatch: an argument is not UTF-8: {broken}\n")
            sys.exit(WRONG_USE)

        if stranger := intruder():
            sys.stderr.write(f"harmwatch: {stranger}\n")
            sys.exit(1)

        from cli.main import main  # noqa: PLC0415  (it takes a moment, and Ctrl-C may come in it)

        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            raise
        sys.stderr.write(f"harmwatch: the output cannot be written: {error.strerror}\n")
        sys.exit(1)
