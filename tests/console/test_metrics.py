"""What a console tells Prometheus of itself: every metric of the table, and the truth about its pages."""

import tempfile
from pathlib import Path

import pytest

from console.metrics import samples, serving_metrics
from models.errors import PreconditionFailed
from runtime.metrics.table import CONSOLE_METRICS
from runtime.settings import Settings
from tests.console.browser import Desk
from tests.console.test_serve import a_peer, wait_until
from tests.console.views import a_view
from tests.end_to_end.scraped import scrape, series
from tests.secure.certificates import Authority

BOARD = frozenset({("board", "v100"), ("pages", "board")})


def test_a_scrape_tells_whether_pages_are_live_and_how_many_are_open() -> None:
    desk = Desk()
    desk.start()
    with tempfile.TemporaryDirectory() as folder:  # its path is short: a socket's may have 107 bytes
        socket = Path(folder, "metrics")
        settings = Settings(metrics=f"unix:{socket}")
        with serving_metrics(settings, {"board": desk.fan_out}), a_peer(desk):
            wait_until(lambda: desk.fan_out.open_streams.total() == 1, 20)
            found = series(scrape(socket))
            assert {name: value for (name, _), value in found.items() if name != "console_age_seconds"} == {
                "console_live": 1, "console_open_pages": 1,
            }  # fmt: skip
            assert 0 <= found["console_age_seconds", BOARD] < 60
            desk.show(a_view(trouble="Kafka does not answer", reasons=("nobody reads",)))
            wait_until(lambda: series(scrape(socket))["console_live", BOARD] == 0, 20)
            with pytest.raises(PreconditionFailed, match="HARMWATCH_METRICS"):
                serving_metrics(Settings(metrics=f"unix:{folder}/no/such"), {}).__enter__()
    desk.close()


def test_every_metric_of_the_table_is_served_and_no_other(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("console")
    settings = Settings(console_cert=certificate, console_key=key)
    desk = Desk()
    found = list(samples(settings, {"board": desk.fan_out, "desk": desk.fan_out}))
    assert {name for name, _, _ in found} == {metric.name for metric in CONSOLE_METRICS}
    assert {label["pages"] for _, label, _ in found if "pages" in label} == {"board", "desk"}
    assert [label for _, label, _ in found if "of" in label] == [{"of": "console_cert"}]
    desk.close()
