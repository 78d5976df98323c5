"""How patient a worker is: what is shipped, and what a test may ask for instead."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, and looks: a look is one of the worker's own turns, so that none is counted of a process that stands."""

    poll_interval_seconds: float = math.inf
    """After how long without a fetch Kafka's client leaves the group. It would never come back: ours never leaves."""

    look_seconds: float = 0.5
    looks: int = 120
    """So many in a row must find the same thing wrong before the worker ends: a minute of its own turns."""

    looks_to_a_question: int = 10
    """So many from one question to the brokers about group and topic to the next, while all is well."""


SHIPPED = Limits()
