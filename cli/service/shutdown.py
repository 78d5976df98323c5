"""The end of a service's process: by itself, or at last by force."""

import os
import sys
import threading

from models.errors import OperatorError

_PATIENCE_SECONDS = 4.5
"""From SIGTERM, or a failure, to the end of the process: half a second less than operators are promised."""

_LAST_WORDS_SECONDS = 0.5


class Shutdown:
    """The end of the process, at last by force: with the exit code of the first failure, or 0 where there is none.

    What hangs by then is a client that waits for Kafka or Redis; a process that ends here loses nothing.
    """

    def __init__(self, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        self._code = 0
        self._force = threading.Timer(patience_seconds, self.now)
        self._force.daemon = True

    def begin(self, failure: BaseException | None = None) -> None:
        """From here on the process has only so much time, whether it was ordered to end or has failed."""
        if failure is not None and self._code == 0:
            self._code = failure.exit_code if isinstance(failure, OperatorError) else 1
        if not self._force.is_alive():
            self._force.start()

    def now(self) -> None:
        """Everything is closed, or will never be; tidying the interpreter's memory would take another second or two."""
        last_words = threading.Thread(target=sys.stderr.flush, daemon=True)  # nobody may be there to read them
        last_words.start()
        last_words.join(_LAST_WORDS_SECONDS)
        os._exit(self._code)
