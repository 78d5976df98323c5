"""Spans that are over when they are made, by the SDK of OpenTelemetry, sent by its exporter for OTLP over HTTP."""

import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, TraceFlags, set_span_in_context

from runtime.traces.places import SpanPlace, SpanPlaces

Facts = Mapping[str, str | int | float | bool]
_LAST_SPANS_SECONDS = 1.0
_BILLION = 1_000_000_000
_UNKNOWN = "unknown_service"
"""How the SDK calls a service that nobody has named."""


class Tracer:
    """Makes spans of one process from any thread, and never waits for a collector: what it cannot send is dropped.

    Where they go is the SDK's own affair: OTEL_EXPORTER_OTLP_ENDPOINT and its other variables.
    """

    def __init__(self, service: str, places: SpanPlaces, processor: SpanProcessor | None = None) -> None:
        self.places = places
        self._ids = _GivenIds()
        # Chosen before a span is made, by numbers: a sampler of the environment would tear runs and alerts apart.
        self._provider = TracerProvider(
            sampler=ALWAYS_ON, id_generator=self._ids, resource=_resource(service), shutdown_on_exit=False
        )
        self._exporter = OTLPSpanExporter()
        self._provider.add_span_processor(processor or BatchSpanProcessor(self._exporter))
        self._tracer = self._provider.get_tracer("harmwatch")

    def span(  # noqa: PLR0913  (what a span is)
        self,
        name: str,
        seconds: tuple[float, float],
        facts: Facts,
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        place: SpanPlace | None = None,
        under: SpanPlace | None = None,
        links: Sequence[SpanPlace] = (),
    ) -> SpanPlace:
        """One from begin to end (Unix seconds): the first of the trace at `place`, or a child of the span `under`."""
        begin, end = (round(each * _BILLION) for each in seconds)
        parent = None if under is None else set_span_in_context(NonRecordingSpan(_context(under)))
        with self._ids.given(place):
            span = self._tracer.start_span(
                name, parent, kind, dict(facts), [Link(_context(each)) for each in links], begin
            )
        span.end(max(begin, end))
        made = span.get_span_context()
        return SpanPlace(made.trace_id, made.span_id)

    def close(self) -> None:
        """Sends what it can in two seconds; the SDK itself would wait half a minute for a collector that is away."""
        last = threading.Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(_LAST_SPANS_SECONDS)
        if last.is_alive():
            self._exporter.shutdown()  # tries no more, so that nothing of it goes on behind us
            last.join(_LAST_SPANS_SECONDS)


class _GivenIds(IdGenerator):
    """The ids of a place while one is given, else random ones."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()
        self._local = threading.local()

    def given(self, place: SpanPlace | None) -> "_GivenIds":
        self._local.place = place
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._local.place = None

    def generate_trace_id(self) -> int:
        place: SpanPlace | None = getattr(self._local, "place", None)
        return self._random.generate_trace_id() if place is None else place.trace_id

    def generate_span_id(self) -> int:
        place: SpanPlace | None = getattr(self._local, "place", None)
        return self._random.generate_span_id() if place is None else place.span_id


def _context(place: SpanPlace) -> SpanContext:
    return SpanContext(place.trace_id, place.span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _resource(service: str) -> Resource:
    """What the variables of the environment name counts before our own name."""
    given = Resource.create().attributes
    return Resource({"service.name": service, "service.version": version("harmwatch")}).merge(
        Resource({key: value for key, value in given.items() if not str(value).startswith(_UNKNOWN)})
    )
