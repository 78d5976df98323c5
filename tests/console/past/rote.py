"""An answer of which a test says what becomes: the process sleeps over it, dies of it, or errs. It needs no history."""

import os
import time

from console.past.child import Answer
from console.past.questions import AmendmentsQuestion, Question
from models.errors import Unavailable, Unproved
from models.instants import Micros
from runtime.settings import Settings

SLEEPS, DIES, ERRS, IS_AWAY, PROVES_NOTHING, SAYS_HOW_NICE = (Micros(number) for number in range(10**15, 10**15 + 6))


def answer_by_rote(_: Settings, question: Question) -> Answer:
    """The id of the process, after so many nanoseconds; or one of the fates above."""
    assert isinstance(question, AmendmentsQuestion)
    asked = question.since or 0
    if asked == SLEEPS:
        time.sleep(600)
    elif asked == DIES:
        os._exit(9)
    elif asked == ERRS:
        raise KeyError("suspect-0001")
    elif asked == IS_AWAY:
        raise Unavailable("Kafka does not answer")
    elif asked == PROVES_NOTHING:
        raise Unproved("it lies before the first report")
    elif asked == SAYS_HOW_NICE:
        return str(os.nice(0)).encode()
    time.sleep(asked / 1_000_000_000)
    return str(os.getpid()).encode()
