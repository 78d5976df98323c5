"""The producer that every Faust app starts."""

import aiokafka
from faust.transport.drivers import aiokafka as driver

from streams.transport.any_node import AnyNode


class UnusedProducer(driver.Producer):  # type: ignore[misc]
    """Faust's own: nobody sends by it, but the start of a worker waits until it has found a broker."""

    def _new_producer(self, transactional_id: str | None = None) -> aiokafka.AIOKafkaProducer:
        producer = super()._new_producer(transactional_id)
        AnyNode(producer.client)
        return producer
