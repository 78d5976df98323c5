"""The floor: confluent-kafka (librdkafka) reads, and nothing is done."""

from confluent_kafka import Consumer
from lap import BROKERS, TOPIC, Lap

lap = Lap()
consumer = Consumer({"bootstrap.servers": BROKERS, "group.id": "floor", "auto.offset.reset": "earliest"})
consumer.subscribe([TOPIC])
while True:
    if lap.count(len(consumer.consume(1_000, timeout=1.0))):
        lap.finish()
