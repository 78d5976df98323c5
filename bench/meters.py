"""What a lap costs: processor time of worker, store and broker, and the worker's memory."""

from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from embedded.stack import Stack


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor seconds, and the most memory that all workers together held (resident bytes)."""

    worker_seconds: float
    store_seconds: float
    broker_seconds: float
    memory_bytes: int


class Meter:
    """Measures from its making on."""

    def __init__(self, stack: Stack, workers: Sequence[psutil.Process]) -> None:
        self._parties = (list(workers), [psutil.Process(stack.valkey_pid)], [psutil.Process(stack.kafka_pid)])
        self._before = [processor_seconds(party) for party in self._parties]
        self._memory_bytes = 0

    def look(self) -> None:
        """Notes the memory of this moment."""
        held = sum(process.memory_info().rss for process in self._parties[0])  # 0 of one that has ended
        self._memory_bytes = max(self._memory_bytes, held)

    def costs(self) -> Costs:
        """What was used since the making."""
        self.look()
        worker, store, broker = (
            processor_seconds(party) - before for party, before in zip(self._parties, self._before, strict=True)
        )
        return Costs(worker, store, broker, self._memory_bytes)


def processor_seconds(processes: Sequence[psutil.Process]) -> float:
    """User and system time of the processes themselves."""
    return sum(float(process.cpu_times().user + process.cpu_times().system) for process in processes)
