"""`harmwatch simulate --live` whose password is replaced while it runs: it takes the new one, or ends and says why."""

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from cli.intake.simulate import send_live, simulated
from models.errors import NotAllowed
from runtime.settings import Settings
from tests.secure.secured_service import SecuredService

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(300)]  # brokers start twice
INGEST = "harmwatch-ingest"
RATE = 20


def test_a_new_password_is_taken_up_and_a_wrong_one_ends_it(
    service: SecuredService, capsys: pytest.CaptureFixture[str]
) -> None:
    given = service.environment("ingest")
    file = Path(given["HARMWATCH_KAFKA_PASSWORD_FILE"])
    settings = Settings.model_validate({name.removeprefix("HARMWATCH_").lower(): each for name, each in given.items()})

    def on_topic() -> int:
        return int(service.json("console", "status")["partitions"][0]["end"])

    def lines() -> Iterator[bytes]:
        source = simulated(Settings(), 1, 0.1, 1)
        yield from islice(source, RATE)
        file.write_text("another one")
        service.kafka.set_password(INGEST, "another one")
        service.restart_kafka()
        while on_topic() <= RATE:
            yield from islice(source, RATE)
        service.kafka.set_password(INGEST, "yet another one")
        service.restart_kafka()
        yield from source

    begun_at = time.monotonic()
    with pytest.raises(NotAllowed, match=f"does not let user {INGEST} in"):
        send_live(settings, lines(), RATE, patience_seconds=10)
    assert time.monotonic() - begun_at < 200
    (said,) = [line for line in capsys.readouterr().err.splitlines() if line.endswith("records sent")]
    arrived = int(said.split()[0])
    assert RATE < arrived == on_topic()
