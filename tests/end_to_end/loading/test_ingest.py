"""`harmwatch ingest` against a real Kafka: in order, as soon as lines come, and never silently."""

import json
import random
import subprocess
import time
from pathlib import Path

import pytest
from kafka import KafkaProducer

from tests.end_to_end.installation import HARMWATCH, ROOT, Installation
from tests.end_to_end.loading.test_bad_input import a_report

pytestmark = pytest.mark.stack
PARTITIONS = 4
LONGEST_LINE_BYTES = 900_000


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Installation:
    return Installation(stack_environment, tmp_path, PARTITIONS, clock="event")


def a_line(number: int, person: str) -> bytes:
    return a_report(event_id=f"e{number}", offence_id=f"o{number}", offender_id=person)


def test_lines_keep_their_order_in_a_partition_and_lie_where_every_client_looks_for_them(
    installation: Installation,
) -> None:
    lines = [a_line(number, f"person {number % 97} \N{SKULL}") for number in range(20_000)]
    (installation.folder / "many.jsonl").write_bytes(b"\n".join(lines))
    tally = installation.json("ingest", str(installation.folder / "many.jsonl"))
    assert (tally["sent"], tally["refused"], tally["errors"]) == (len(lines), 0, [])
    there = installation.read("offences.v1")
    assert sorted(record.value for record in there) == sorted(lines)
    for partition in range(PARTITIONS):
        numbers = [int(json.loads(each.value)["event_id"][1:]) for each in there if each.partition == partition]
        assert numbers == sorted(numbers)
    lies_at = {record.key: record.partition for record in there}
    producer = KafkaProducer(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])
    for key, partition in lies_at.items():
        sent = producer.send(f"{installation.prefix}offences.v1", key=key, value=b"x").get(30)
        assert sent.partition == partition
    producer.close()


def test_a_line_from_a_pipe_goes_out_before_the_next_one_comes(installation: Installation) -> None:
    command = [*HARMWATCH, "ingest", "-"]
    with subprocess.Popen(command, env=installation.environment, stdin=subprocess.PIPE, cwd=ROOT) as ingest:
        assert ingest.stdin is not None
        for number in (1, 2):
            ingest.stdin.write(a_line(number, "a") + b"\n")
            ingest.stdin.flush()
            until = time.monotonic() + 60
            while len(installation.read("offences.v1")) < number:
                assert time.monotonic() < until
        ingest.stdin.close()
        assert ingest.wait(30) == 0


def test_a_long_line_goes_between_short_ones_and_one_that_kafka_does_not_take_is_an_error(
    installation: Installation,
) -> None:
    long = b'{"offender_id":"a","x":"' + bytes(range(97, 123)) * (LONGEST_LINE_BYTES // 26) + b'"}'
    file = installation.folder / "long.jsonl"
    file.write_bytes(b"\n".join([a_line(1, "a"), long, a_line(2, "a")]))
    tally = installation.json("ingest", "--unchecked", str(file))
    assert (tally["sent"], tally["refused"]) == (3, 0)
    assert [len(record.value) for record in installation.read("offences.v1")][1] == len(long)
    # Compressed it is still longer than the topic allows.
    too_long = json.dumps({"offender_id": "a", "x": random.Random(1).randbytes(1_500_000).hex()}).encode()
    file.write_bytes(too_long)
    said = installation.say("ingest", "--unchecked", str(file))
    assert said.code == 1
    assert "does not take it (HARMWATCH_KAFKA)" in said.errors


def test_without_topics_it_says_so_at_once(installation: Installation) -> None:
    said = installation.say("ingest", "-", typed=b"", prefix="nowhere-")
    assert said.code == 1
    assert "topic nowhere-offences.v1 is missing: run `harmwatch topics create`" in said.errors
