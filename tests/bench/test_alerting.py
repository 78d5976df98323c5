"""The alerts of the bench are alerts: a band takes each of them, and stays full."""

from itertools import islice

from bench.alerting import history
from harmwatch_client import Band
from harmwatch_client.event import read_event
from models.alert import alert_headers, wire_bytes


def test_a_band_takes_every_alert_of_the_bench() -> None:
    band, sizes = Band(), list[int]()
    for offset, alert in enumerate(islice(history("v100"), 300)):
        event = read_event(alert_headers(alert), wire_bytes(alert), offset)
        assert event is not None
        band.take(event)
        sizes.append(len(band.members))
    assert sizes == [*range(1, 101), *[99, 100] * 100]
