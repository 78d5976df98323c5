"""What stays behind of a client of kafka-python that no broker has answered: its thread and its sockets, ended here.

Consumers and administration clients start a thread before they ask the first broker. Where none answers, whoever made
the client gets an error instead of it, and could close nothing; the thread would go on asking for ever.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka.net import KafkaNetClient


@contextmanager
def ended_unless_made() -> Iterator[Mapping[str, Any]]:  # Any: the client is untyped
    """An option for the client that is made within this block; where that fails, what it had begun is ended."""
    begun: list[KafkaNetClient] = []

    def begin(**configuration: Any) -> KafkaNetClient:
        begun.append(KafkaNetClient(**configuration))
        return begun[0]

    try:
        yield {"kafka_client": begin}
    except BaseException:
        for network in begun:
            network.close()
        raise
    finally:
        begun.clear()  # a client keeps its options, and they would keep it
