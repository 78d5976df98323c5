"""`harmwatch simulate --live` whose password is replaced while it runs: it takes the new one, or ends and says why."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from tests.end_to_end.installation import HARMWATCH
from tests.secure.secured_service import SecuredService

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(400)]  # brokers start twice
INGEST = "harmwatch-ingest"


def on_topic(service: SecuredService) -> int:
    """How many records."""
    return int(service.json("console", "status")["partitions"][0]["end"])


def await_more(service: SecuredService, live: "subprocess.Popen[str]") -> None:
    """Until a record has come that was not there before."""
    until, before = time.monotonic() + 90, on_topic(service)
    while on_topic(service) == before:
        assert live.poll() is None, live.communicate()
        assert time.monotonic() < until, f"nothing has come beyond {before} records"
        time.sleep(0.2)


def test_a_new_password_is_taken_up_and_a_wrong_one_ends_it(service: SecuredService) -> None:
    environment = service.environment("ingest")
    command = [*HARMWATCH, "simulate", "--live", "20", "--scale", "0.1"]
    del environment["HARMWATCH_POLICY"]  # that of the tests lacks the codes of London
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as live:
        try:
            await_more(service, live)
            service.kafka.set_password(INGEST, "another one")
            Path(environment["HARMWATCH_KAFKA_PASSWORD_FILE"]).write_text("another one")
            service.restart_kafka()
            await_more(service, live)
            service.kafka.set_password(INGEST, "yet another one")
            service.restart_kafka()
            _, said = live.communicate(timeout=180)  # it is patient for a minute
        finally:
            live.kill()
    assert live.returncode == 1, said
    assert f"does not let user {INGEST} in" in said
    (counted,) = re.findall(r"([\d,]+) records sent", said)
    assert 0 < int(counted.replace(",", "")) <= on_topic(service)  # of the last one no answer may have come
    assert "Traceback" not in said
