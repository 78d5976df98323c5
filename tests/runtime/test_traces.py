"""Traces: runs and alerts are found by their numbers, the same share of them everywhere; no span names a person."""

import sys
import threading
import time

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from models.clock import ClockMode
from models.contribution import Run
from models.delivery.record import Sending
from models.errors import WrongUse
from models.journal.transition import Cause, CauseKind, Entry, EntryKind, Move, Standing, Transition
from runtime.metrics.meters import Meters
from runtime.settings import Settings
from runtime.traces.opening import open_meters, open_tracer
from runtime.traces.places import SpanPlaces
from runtime.traces.traced_meters import TracedMeters
from runtime.traces.traced_tries import traced_tries
from runtime.traces.tracer import Tracer
from state.answers import Applied

PERSON = "somebody-whom-no-span-names"
REPORTED_AT = time.time() - 2


def traced(share: float) -> tuple[TracedMeters, InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    tracer = Tracer("tests", SpanPlaces("", "v100", share), SimpleSpanProcessor(kept))
    return TracedMeters(tracer, "v100", ClockMode.WALL, "offences.v1"), kept


def an_entry(number: int, *sequences: int) -> Entry:
    """A run whose reports have moved people, at the instant REPORTED_AT."""
    at = int(REPORTED_AT * 1_000_000)
    moves = tuple(
        Transition(
            sequence, Move.ENTERED, PERSON, 1, 1, Standing(None, 0), None, PERSON,
            Cause(CauseKind.OFFENCE, f"event-{PERSON}", f"offence-{PERSON}", PERSON), (), 0, None, None, at, 0,
        )
        for sequence in sequences
    )  # fmt: skip
    return Entry(number, EntryKind.RUN, at, transitions=moves)


def work(meters: Meters, *, entry: int = 7, sequences: tuple[int, ...] = (3,)) -> None:
    """A batch of three offsets is assessed, applied as an entry, acknowledged, and published."""
    run = Run(2, 40, 43, "", (), ())
    meters.assessed(run, 0.5)
    meters.hearing(lambda *_: None)(run, Applied(entry, 0, max(sequences, default=0)))
    meters.acknowledged(run, 3, [], REPORTED_AT)
    meters.committed(0.25)
    meters.published([an_entry(entry, *sequences)], {"entered": len(sequences)}, [])


def a_sending(number: int, event: str) -> Sending:
    return Sending.model_validate(
        {
            "subscription": "desk", "at": "2026-01-01T00:00:00Z", "previous": None, "number": number, "follows": 0,
            "event": event, "id": "v100:3", "sequence": 3, "form": 1, "digest": "0" * 64,
        }
    )  # fmt: skip


def spans(kept: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in kept.get_finished_spans()}


def id_of(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


def parent_of(span: ReadableSpan) -> int:
    assert span.parent is not None
    return int(span.parent.span_id)


def test_a_report_is_followed_from_its_batch_to_its_alert() -> None:
    meters, kept = traced(1)
    work(meters)
    found = spans(kept)
    assert list(found) == ["run", "assess", "apply", "publish", "alert"]
    run, publish, alert = (found[name] for name in ("run", "publish", "alert"))
    assert [parent_of(found[name]) for name in ("assess", "apply")] == [id_of(run)] * 2
    assert [link.context.span_id for link in publish.links] == [id_of(run)]
    assert [link.context.span_id for link in alert.links] == [id_of(run), id_of(publish)]
    assert (run.attributes or {})["harmwatch.entry"] == (alert.attributes or {})["harmwatch.entry"] == 7
    assert alert.start_time == pytest.approx(REPORTED_AT * 1e9, abs=1e4)


def test_another_process_finds_an_alert_by_its_sequence_alone() -> None:
    meters, kept = traced(1)
    work(meters, sequences=(3,))
    place, context = SpanPlaces("", "v100", 1).of_alert(3), spans(kept)["alert"].context
    assert context is not None
    assert (place.trace_id, place.span_id) == (context.trace_id, context.span_id)
    assert SpanPlaces("other.", "v100", 1).of_alert(3) != place


def test_a_delivery_is_part_of_the_trace_of_its_alert() -> None:
    kept, heard = InMemorySpanExporter(), list[object]()
    tracer = Tracer("tests", SpanPlaces("", "v100", 1), SimpleSpanProcessor(kept))
    tried = traced_tries(tracer, "v100", lambda *said: heard.append(said))
    for number, event in enumerate(("alert", "band"), 1):
        tried(a_sending(number, event), "accepted", 0.1)
    (span,) = kept.get_finished_spans()
    place = tracer.places.of_alert(3)
    assert (span.name, span.parent and span.parent.span_id) == ("deliver", place.span_id)
    assert span.context is not None
    assert span.context.trace_id == place.trace_id
    assert len(heard) == 2


def test_a_share_is_taken_by_number_and_with_an_alert_its_run() -> None:
    places = SpanPlaces("", "v100", 0.1)
    taken = [number for number in range(1, 2_001) if places.takes(places.of_alert(number))]
    assert 150 < len(taken) < 250
    wanted = taken[0]
    unwanted = next(n for n in range(1, 100) if n not in taken and not places.takes(places.of_entry(n)))
    quiet, kept = traced(0.1)
    work(quiet, entry=unwanted, sequences=(unwanted,))
    assert kept.get_finished_spans() == ()
    loud, kept = traced(0.1)
    work(loud, entry=unwanted, sequences=(wanted,))
    assert {"run", "alert"} <= set(spans(kept))


@pytest.mark.parametrize(("given", "name"), [(None, "tests"), ("ours", "ours")])
def test_the_environment_may_name_the_service(monkeypatch: pytest.MonkeyPatch, given: str | None, name: str) -> None:
    monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
    if given is not None:
        monkeypatch.setenv("OTEL_SERVICE_NAME", given)
    meters, kept = traced(1)
    work(meters)
    assert spans(kept)["run"].resource.attributes["service.name"] == name


def test_no_span_names_a_person_or_an_offence() -> None:
    meters, kept = traced(1)
    work(meters)
    assert PERSON not in "".join(span.to_json() for span in kept.get_finished_spans())


def test_a_batch_that_came_to_nothing_takes_no_room_for_ever() -> None:
    meters, kept = traced(1)
    for start in range(1_000):
        meters.assessed(Run(2, start, start + 1, "", (), ()), 0.0)
    assert len(meters._batches[2]) <= 4
    work(meters)
    assert "run" in spans(kept)


def test_where_nothing_is_traced_nothing_of_it_is_there() -> None:
    settings = Settings()
    assert open_tracer(settings, "tests") is None
    meters, end = open_meters(settings)
    end()

    def noted(*_: object) -> None:
        pass

    assert type(meters) is Meters
    assert meters.hearing(noted) is noted


def test_a_setting_without_its_extra_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "runtime.traces.tracer", None)
    with pytest.raises(WrongUse, match=r"pip install 'harmwatch\[traces\]'"):
        open_meters(Settings(traces=0.5))


def test_nobody_waits_for_a_collector_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    meters, end = open_meters(Settings(traces=1))
    begun, threads = time.monotonic(), set(threading.enumerate())
    work(meters)
    end()
    assert time.monotonic() - begun < 5
    assert set(threading.enumerate()) <= threads, "it still tries to reach the collector"
