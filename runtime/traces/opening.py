"""The tracer of a process, where the settings ask for one: the libraries that it needs are an extra."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from models.errors import WrongUse
from models.topics import OFFENCES, topic_name
from runtime.metrics.meters import Meters
from runtime.settings import Settings
from runtime.traces.places import SpanPlaces

if TYPE_CHECKING:
    from runtime.traces.tracer import Tracer


def open_tracer(settings: Settings, service: str) -> "Tracer | None":
    """None: nothing is traced. Raises WrongUse where the extra is missing."""
    if not settings.traces:
        return None
    try:
        from runtime.traces.tracer import Tracer  # noqa: PLC0415  (an optional extra)
    except ImportError as error:
        raise WrongUse("HARMWATCH_TRACES needs OpenTelemetry: pip install 'harmwatch[traces]'") from error
    return Tracer(service, SpanPlaces(settings.prefix, settings.board, settings.traces))


def open_meters(settings: Settings) -> tuple[Meters, Callable[[], None]]:
    """What counts the work of a worker, and traces it where the settings say so; and what sends its last spans.

    Raises WrongUse.
    """
    tracer = open_tracer(settings, "harmwatch-worker")
    if tracer is None:
        return Meters(settings.board, settings.clock), _nothing
    from runtime.traces.traced_meters import TracedMeters  # noqa: PLC0415  (an optional extra)

    topic = topic_name(settings.prefix, OFFENCES)
    return TracedMeters(tracer, settings.board, settings.clock, topic), tracer.close


def _nothing() -> None:
    pass
