"""Makes spans of the requests of a deliverer, each in the trace of its alert."""

import time
from collections.abc import Callable

from opentelemetry.trace import SpanKind

from models.delivery.record import Sending
from runtime.traces.tracer import Facts, Tracer

Tried = Callable[[Sending, str, float], None]


def traced_tries(tracer: Tracer, board: str, tried: Tried) -> Tried:
    """Hears of each request, as `tried` does. What concerns no alert, or one that is not traced, is no span."""

    def trace(sending: Sending, outcome: str, seconds: float) -> None:
        tried(sending, outcome, seconds)
        alert = tracer.places.of_alert(sending.sequence)
        if sending.event != "alert" or not tracer.places.takes(alert):
            return
        facts: Facts = {
            "harmwatch.board": board,
            "harmwatch.sequence": sending.sequence,
            "harmwatch.subscription": sending.subscription,
            "harmwatch.number": sending.number,
            "harmwatch.outcome": outcome,
        }
        now = time.time()
        tracer.span("deliver", (now - seconds, now), facts, kind=SpanKind.CLIENT, under=alert)

    return trace
