"""Open-loop load on harmwatch: records go out by the clock, whatever comes back; each alert is timed from the
instant at which its record was due to be sent, so that a stalled sender hides nothing.

BENCH_RATE records a second for BENCH_SECONDS; BENCH_ALERTING records a second put a person into the band. With
BENCH_RATE=0 offences are sent beforehand whose windows end one by one, and the alerts of these expiries are timed
from the instants at which they are due. Prints {"latencies_ms": [...]}.
"""

import json
import os
import random
import re
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition

BROKERS, PREFIX = os.environ["HARMWATCH_KAFKA"], os.environ["HARMWATCH_PREFIX"]
RATE, SECONDS = int(os.environ["BENCH_RATE"]), float(os.environ["BENCH_SECONDS"])
ALERTING = float(os.environ["BENCH_ALERTING"])
GRAVE, LIGHT = os.environ["BENCH_GRAVE"], os.environ["BENCH_LIGHT"]
OFFENDERS, WARM_UP_SECONDS, LAST_ALERT_SECONDS = 36_000, 3.0, 5.0
OFFSET = re.compile(rb'"input":\{"offset":(\d+)')
AS_OF = re.compile(rb'"as_of":"([^"]+)","board"')
YEAR = timedelta(days=365)

arrived: list[tuple[bytes, float]] = []
ended = threading.Event()


def listen(ready: threading.Event) -> None:
    consumer = Consumer(
        {"bootstrap.servers": BROKERS, "group.id": "bench", "isolation.level": "read_committed",
         "fetch.wait.max.ms": 5, "enable.auto.commit": False}
    )  # fmt: skip
    consumer.assign([TopicPartition(PREFIX + "alerts.v1", 0, OFFSET_END)])
    consumer.poll(1.0)
    ready.set()
    while not ended.is_set():
        message = consumer.poll(0.05)  # consume() would wait for all the messages it may return
        if message is not None and message.error() is None:
            arrived.append((message.value(), time.time()))


def report(number: int, offender: str, code: str, reported: datetime) -> bytes:
    now = datetime.now(UTC).isoformat()
    return json.dumps({
        "event_id": f"e{number}", "type": "offence.reported", "offence_id": f"o{number:09}", "offender_id": offender,
        "code": code, "occurred_at": reported.isoformat(), "reported_at": reported.isoformat(), "recorded_at": now,
    }).encode()  # fmt: skip


def send_by_the_clock(producer: Producer) -> list[float]:
    """The instants at which the records were due to be sent, by offset."""
    chance, due, every = random.Random(1), [], RATE / ALERTING
    began_at = time.time() + 0.1
    for number in range(int(RATE * SECONDS)):
        due.append(began_at + number / RATE)
        producer.poll(0)  # a wait below a millisecond would be cut to none, and this loop would spin
        if (wait := due[-1] - time.time()) > 0:
            time.sleep(wait)
        alerting = int(number / every) != int((number - 1) / every)
        # Of equal scores the first by bytes stands first: each of these enters, and another leaves.
        who = f"a{10**9 - number}" if alerting else f"s{chance.randrange(OFFENDERS):08}"
        value = report(number, who, GRAVE if alerting else LIGHT, datetime.now(UTC))
        producer.produce(PREFIX + "offences.v1", value, who.encode(), partition=0)
    producer.flush()
    return due


def send_what_will_end(producer: Producer) -> None:
    first = datetime.now(UTC) + timedelta(seconds=6)
    for number in range(int(SECONDS * ALERTING)):
        end = first + timedelta(seconds=number / ALERTING)
        who = f"a{number:08}"
        producer.produce(PREFIX + "offences.v1", report(number, who, GRAVE, end - YEAR), who.encode(), partition=0)
    producer.flush()
    time.sleep(6 + SECONDS)


def main() -> None:
    ready = threading.Event()
    listener = threading.Thread(target=listen, args=(ready,))
    listener.start()
    ready.wait()
    # Without lingering each record is a request of its own, and a thousand a second choke the broker, not the service.
    producer = Producer({"bootstrap.servers": BROKERS, "linger.ms": 2, "acks": "all"})
    if RATE:
        due = send_by_the_clock(producer)
        time.sleep(LAST_ALERT_SECONDS)
        timed = [(due[int(found[1])], at) for value, at in arrived if (found := OFFSET.search(value))]
        timed = [(sent, at) for sent, at in timed if sent >= due[0] + WARM_UP_SECONDS]
    else:
        send_what_will_end(producer)
        ends = [value for value in arrived if b'"transition":"left"' in value[0] and b'"expiry"' in value[0]]
        timed = [(datetime.fromisoformat(AS_OF.search(v)[1].decode()).timestamp(), at) for v, at in ends]
    ended.set()
    listener.join()
    sys.stdout.write(json.dumps({"latencies_ms": [(at - sent) * 1e3 for sent, at in timed]}) + "\n")


main()
