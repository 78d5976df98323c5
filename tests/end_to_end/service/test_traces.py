"""Traces of a real worker, as a real receiver of OTLP gets them: from the batch to the alert, and nobody's name."""

import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from models.instants import format_instant
from runtime.traces.places import SpanPlaces
from tests.end_to_end.installation import Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy

pytestmark = pytest.mark.stack
PERSON = "person-whom-no-span-names"


class Collector:
    """What came in; `bodies` as bytes of protobuf."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def spans(self) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for body in list(self.bodies):
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                assert any(each.value.string_value == "harmwatch-worker" for each in resource.resource.attributes)
                for span in (span for scope in resource.scope_spans for span in scope.spans):
                    found.setdefault(span.name, []).append(span)
        return found


@contextmanager
def collecting() -> Iterator[tuple[Collector, str]]:
    """A receiver of OTLP over HTTP, and its address."""
    collector = Collector()

    class _Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.bodies.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), _Receiver) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield collector, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_report_is_followed_to_its_alert_and_nobody_is_named(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    with collecting() as (collector, address):
        own = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), traces="1")
        own.environment |= {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_BSP_SCHEDULE_DELAY": "100"}
        own.start_worker()
        now = format_instant(time.time_ns() // 1_000)
        own.send([(PERSON.encode(), a_report(offender_id=PERSON, occurred_at=now, recorded_at=now))])
        own.wait_idle()
        own.end_workers()
        (alert,) = own.alerts()
        over = time.monotonic() + 10
        while "alert" not in collector.spans():
            assert time.monotonic() < over, "no span of an alert came"
            time.sleep(0.05)
    found = collector.spans()
    place = SpanPlaces(own.prefix, "v100", 1).of_alert(alert["sequence"])
    (span,) = found["alert"]
    (run,) = found["run"]
    assert (span.trace_id, span.span_id) == (place.trace_id.to_bytes(16), place.span_id.to_bytes(8))
    assert run.span_id in {link.span_id for link in span.links}
    assert {each.parent_span_id for name in ("assess", "apply") for each in found[name]} == {run.span_id}
    assert span.end_time_unix_nano > span.start_time_unix_nano
    assert PERSON.encode() not in b"".join(collector.bodies)
