"""A real Prometheus with the shipped rules: silent while all is well, and it pages for what is done to a board.

Only the waiting is made short; tests/deployment/test_alert_rules.py holds the rules as they are shipped.
"""

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from embedded.ports import LOOPBACK, ReservedPort
from tests.deployment.prometheus import ROOT, running_prometheus
from tests.end_to_end.installation import HARMWATCH, Installation
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.service.test_metrics import close_the_generation, send_a_day, until

pytestmark = [pytest.mark.stack, pytest.mark.thorough]
ONE_WORKER = {"HarmwatchNoStandby"}


def hurried(folder: Path, worker: int, exporter: int) -> Path:
    """The shipped configuration: a second for each wait, two for two minutes, and the ports of this test."""
    shipped = ROOT / "deploy" / "prometheus"
    rules = (shipped / "harmwatch.rules.yml").read_text("utf-8")
    rules = re.sub(r"for: \d+[mh]", "for: 1s", rules).replace("120", "2")
    (folder / "harmwatch.rules.yml").write_text(rules)
    document = yaml.safe_load((shipped / "prometheus.yml").read_text("utf-8"))
    document["global"] = {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "500ms"}
    del document["alerting"]  # whoever listens at that port of this machine is not to be woken
    jobs = {job["job_name"]: job for job in document["scrape_configs"]}
    assert sorted(jobs) == ["harmwatch-console", "harmwatch-deliverer", "harmwatch-exporter", "harmwatch-worker"]
    document["scrape_configs"] = []  # nobody delivers or sits at a desk here
    for name, port in {"harmwatch-worker": worker, "harmwatch-exporter": exporter}.items():
        given = {"job_name": name, "static_configs": [{"targets": [f"{LOOPBACK}:{port}"]}]}
        document["scrape_configs"].append(jobs[name] | given)
        del document["scrape_configs"][-1]["scrape_interval"]
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(document))
    return file


@contextmanager
def exporter_of(installation: Installation, port: int) -> Iterator[None]:
    """As a process of its own, for as long as the block."""
    environment = installation.environment | {"HARMWATCH_METRICS": f"{LOOPBACK}:{port}"}
    command = [*HARMWATCH, "exporter", "--every", "0.5"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as running:
        try:
            yield
        finally:
            running.terminate()


def test_what_is_done_to_a_board_pages(stack_environment: dict[str, str], tmp_path: Path) -> None:
    ports = [ReservedPort(), ReservedPort()]
    worker, exporter = (port.number for port in ports)
    installation = Installation(
        stack_environment, tmp_path, policy=small_policy(tmp_path), metrics=f"{LOOPBACK}:{worker}"
    )
    with running_prometheus(tmp_path, hurried(tmp_path, worker, exporter)) as prometheus:
        try:
            with exporter_of(installation, exporter):
                installation.start_worker()
                send_a_day(installation)
                installation.wait_idle()
                until(lambda: prometheus.firing() == ONE_WORKER, "it is not silent while all is well")
                installation.end_workers(signal.SIGKILL)
                send_a_day(installation)
                prometheus.until({"HarmwatchUnread", "HarmwatchNotGood", "HarmwatchDeaf", "HarmwatchStill"})
                assert "HarmwatchNotOpen" not in prometheus.firing()
                close_the_generation(installation)
                prometheus.until({"HarmwatchNotOpen"})
                installation.start_worker()
                until(lambda: prometheus.firing() == ONE_WORKER, "it is not silent once all is well again")
            prometheus.until({"HarmwatchExporterAbsent"})
        finally:
            installation.end_workers()
            for port in ports:
                port.release()
