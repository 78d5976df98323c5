"""The errors of the service, and the one answer each of them gets.

    HarmwatchError
    ├── Refused            the record is bad: dead letter, go on
    ├── Unavailable        the world is down: wait and try again, never acknowledge
    │   └── NotAllowed     it answers, and refuses a right or a password: the same, and say what to give
    ├── BrokenInvariant    the code or its memory is wrong: stop before acknowledging
    ├── Deaf               this process would hear of nothing any more, another one will: end
    ├── Damaged            a file that can be made again is not as it was written: do without it, say so
    └── OperatorError      what was asked for cannot be: say what to do, exit
        ├── WrongUse       a setting, an argument or a file is wrong         exit code 2
        ├── PreconditionFailed   what was found does not fit what was asked for    exit code 1
        └── Unproved       what was shown does not prove what it claims      exit code 1

`cli.main` maps them to exit codes and messages, `streams` to what happens to a run.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a record is refused; the order is the order in which they are looked for."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    NOT_VALID = "not_valid"
    KEY_MISMATCH = "key_mismatch"
    BAD_ORDER_OF_TIMES = "bad_order_of_times"
    FROM_THE_FUTURE = "from_the_future"
    UNKNOWN_CODE = "unknown_code"
    UNKNOWN_STATUS = "unknown_status"


class HarmwatchError(Exception):
    """Everything that this service raises on purpose."""


class Refused(HarmwatchError):
    """A record that cannot be scored; `detail` names the field and what is wrong with it."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Unavailable(HarmwatchError):
    """Kafka or Redis does not answer; nothing was lost and nothing acknowledged."""


class NotAllowed(Unavailable):
    """Kafka or Redis refuses what is asked of it; that lasts until a person gives the right that the text names."""


class Deaf(HarmwatchError):
    """A worker stands still for no reason that it could name; another process in its place would not."""


class BrokenInvariant(HarmwatchError):
    """Something that the design rules out has happened; going on would make it worse."""


class Damaged(HarmwatchError):
    """A file that only saves time is broken, or another's; the text names it."""


class OperatorError(HarmwatchError):
    """The message is for a person: it names the thing and says what to do."""

    exit_code = 1


class WrongUse(OperatorError):
    """A setting, an argument or a file is wrong."""

    exit_code = 2


class PreconditionFailed(OperatorError):
    """What was found (a topic, a board, a store) does not fit what was asked for."""


class Unproved(OperatorError):
    """What was shown (a journal, a key, a certificate, a proof) does not prove what it claims; the text says where."""
