"""Who takes part, and what each of them does not do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class System:
    """`command`: the words after the baselines' python (empty for harmwatch); `workers`: of harmwatch alone."""

    name: str
    does: str
    does_not: str
    command: tuple[str, ...] = ()
    workers: int = 0
    sums: bool = True


_NO_SUM_KNOWS = "corrections, expiry, ranks, alerts, journal"
_NO_TOP_KNOWS = "corrections, expiry, alerts, journal"
_FAUST = ("faust_table.py", "worker", "--without-web")

SYSTEMS = (
    System("harmwatch, 1 worker", "the full job", "-", workers=1),
    System("harmwatch, 2 workers", "the full job, two partitions", "-", workers=2),
    System("floor: confluent-kafka", "reads", "anything else", ("floor_confluent.py",), sums=False),
    System("floor: aiokafka", "reads", "anything else", ("floor_aiokafka.py",), sums=False),
    System(
        "aiokafka + ZINCRBY",
        "decodes, one pipelined ZINCRBY a record",
        f"{_NO_SUM_KNOWS}, exactly once",
        ("floor_zincrby.py",),
    ),
    System("Faust, table", "sum per person in memory", _NO_SUM_KNOWS, _FAUST),
    System("Quix Streams, sum", "stateful sum per person", _NO_SUM_KNOWS, ("quix_sum.py",)),
    System("Quix Streams, top", "the same and the hundred highest", _NO_TOP_KNOWS, ("quix_top.py",)),
    System("Bytewax, sum", "stateful sum per person", _NO_SUM_KNOWS, ("bytewax_sum.py",)),
    System(
        "Kafka Streams, top",
        "sum per person in RocksDB and the hundred highest",
        _NO_TOP_KNOWS,
        ("KafkaStreamsTop.java",),
    ),
)
