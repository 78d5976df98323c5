"""The console script: Ctrl-C is answered with 130 and no traceback, also while the commands are still being loaded."""

import sys

INTERRUPTED = 130  # what shells answer: 128 and the number of SIGINT


def run() -> None:
    """Runs the command line; ends the process."""
    try:
        from cli.main import main  # noqa: PLC0415  (it takes a moment, in which somebody may press Ctrl-C)

        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
