"""The table of metrics: the one place that knows their names. Every one stands under `harmwatch_` and has a `board`.

No label ever holds a person, an offence or a free text: a series would outlive an erasure.
"""

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "harmwatch_"


class View(StrEnum):
    """Who tells: a worker, deliverer or console of itself, `harmwatch exporter` of the board, or `harmwatch verify`."""

    WORKER = "worker"
    EXPORTER = "exporter"
    DELIVERER = "deliverer"
    CONSOLE = "console"
    VERIFY = "verify"


class Kind(StrEnum):
    """As Prometheus knows them."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: `name` without the prefix, `labels` beside `board`, `buckets` of a histogram in its own unit."""

    name: str
    kind: Kind
    view: View
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def full_name(self) -> str:
        """As a query names it; of a histogram the stem before _bucket, _sum and _count."""
        return PREFIX + self.name


_QUICK_SECONDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 1.0)
_ALERT_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)
_LONG_SECONDS = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1_800.0)
_PARTITION = ("partition",)


def _counter(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.COUNTER, View.WORKER, text, labels)


def _times(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Metric:
    return Metric(name, Kind.HISTOGRAM, View.WORKER, text, labels, buckets)


def _now(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, View.WORKER, text, labels)


def _seen(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, View.EXPORTER, text, labels)


WORKER_METRICS = (
    _now("build_info", "always 1; what runs here", "version", "engine", "layout", "faust", "aiokafka"),
    _counter(
        "records_applied_total", "records of runs that were applied and acknowledged, refused ones too", "partition"
    ),
    _counter("records_refused_total", "of these, the ones that became dead letters", "reason"),
    _counter(
        "runs_total", "what the store answered to a run: more than applied is normal, a growing rewind is not", "answer"
    ),
    Metric("run_records", Kind.HISTOGRAM, View.WORKER, "records of one run", (), (1.0, 10.0, 100.0, 1_000.0)),
    _times("assess_seconds", "decoding and assessing one run", _QUICK_SECONDS),
    _times("store_call_seconds", "one Lua call, from asking to its answer", _QUICK_SECONDS, "verb"),
    _counter("store_connections_total", "connections opened to the store; each one after a loss is a recovery"),
    _times(
        "apply_latency_seconds",
        "with the wall clock: from the Kafka timestamp of a run's first record until it was applied",
        _ALERT_SECONDS,
    ),
    _counter("rebalances_total", "assignments of partitions to this worker"),
    _times("rebalance_seconds", "from an assignment until the board was joined", _LONG_SECONDS),
    _counter(
        "relay_terms_total", "times in office of this worker's relay that are over, by what ended them", "ended_by"
    ),
    _counter("recoveries_total", "recoveries by this worker, by what they had to do", "kind"),
    _times("recovery_seconds", "one recovery, from the claim until the board was open", _LONG_SECONDS),
    _counter("transactions_total", "transactions of this worker's relay", "outcome"),
    _times("transaction_seconds", "one of them that was committed", _QUICK_SECONDS),
    _counter("transitions_total", "who entered or left the band, also before alerts are sent", "move", "cause"),
    _counter("alerts_published_total", "alerts that were committed to alerts.v1", "transition"),
    _counter("dead_letters_published_total", "dead letters that were committed", "reason"),
    _times(
        "alert_latency_seconds",
        "with the wall clock: from the instant of a transition until it was committed",
        _ALERT_SECONDS,
        "cause",
    ),
    _now("assigned_partitions", "partitions that this worker reads"),
    _now("group_member", "1 while this worker takes itself for a member of the group"),
    _now("runs_in_hand", "runs that were fetched and are neither applied nor given up"),
    _now("read_offset", "where a partition of this worker is read next", *_PARTITION),
    _now("relay_in_office", "1 while this worker publishes, lets time pass and recovers the board"),
    _now(
        "worker_certificate_expiry_timestamp_seconds",
        "until when a certificate does that the worker's settings name; left out without TLS",
        "of",
    ),
    _now("waiting_seconds", "for how long this worker waits for something; 0 where it does not", "what"),
)
"""What a worker tells of itself at HARMWATCH_METRICS."""

EXPORTER_METRICS = (
    _seen("look_success", "1 while Kafka and the store answer; while 0 everything below is left out"),
    _seen("look_timestamp_seconds", "when the newest look succeeded"),
    _seen(
        "board_good",
        "1 while `harmwatch status --live` finds nothing wrong; left out for the seconds in which that is in doubt",
    ),
    _seen("wall_clock", "1 on a board that goes by the clock of its store, 0 on one that goes by its records"),
    _seen("board_state", "1 at the state that the board has, 0 at the others", "state"),
    _seen("entry", "the newest entry of the journal that the board has made"),
    _seen("sequence", "the newest transition"),
    _seen("as_of_timestamp_seconds", "the board's now"),
    _seen("end_offset", "how far records were sent", *_PARTITION),
    _seen("applied_offset", "how far they are applied", *_PARTITION),
    _seen("lag_records", "the difference", *_PARTITION),
    _seen(
        "lag_seconds", "the age of the oldest record that waits, by its Kafka timestamp; 0 where none does", *_PARTITION
    ),
    _seen("held_back_records", "of the lag, what nobody can read before an open transaction ends", *_PARTITION),
    _seen("last_applied_timestamp_seconds", "when a run was applied last, by the store's clock", *_PARTITION),
    _seen("parked", "1 while the brake has stopped a partition", *_PARTITION),
    _seen("unread_partitions", "partitions that no worker reads"),
    _seen("group_members", "workers in the consumer group"),
    _seen("outbox_entries", "entries that are applied and not published"),
    _seen("outbox_oldest_seconds", "for how long the oldest of them was seen waiting"),
    _seen(
        "clock_difference_seconds",
        "by how much a worker's clock is ahead of the store's (behind it: below 0); 0 while they agree",
    ),
    _seen("recovery_entries", "entries that a recovery has to repeat; left out while none does"),
    _seen("recovery_entries_done", "of these, how many are repeated"),
    _seen("band_members", "persons in the band"),
    _seen("ranked_persons", "persons with a score"),
    _seen("due_steps", "persons of whom something is to expire"),
    _seen("store_memory_bytes", "what the store uses, other boards' in it too"),
    _seen("store_memory_limit_bytes", "its maxmemory; 0: none"),
    _seen("topic_faults", "what `harmwatch topics check` would name, looked at every five minutes"),
    _seen(
        "checkpoint_timestamp_seconds",
        "when the newest record of checkpoints.v1 was sent; left out while there is none",
    ),
    _seen(
        "certificate_expiry_timestamp_seconds",
        "until when a certificate does: of the exporter's own settings, or shown by a broker or the store "
        "(`kafka_server`, `redis_server`; of these with the CA that has signed it); left out without TLS",
        "of",
    ),
)
"""What `harmwatch exporter` tells of the board."""


_SUBSCRIPTION = ("subscription",)


def _delivers(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, View.DELIVERER, text, labels)


DELIVERER_METRICS = (
    _delivers("deliverer_in_office", "1 while this deliverer sends, 0 while it stands by; only then the gauges below"),
    _delivers("subscription_open", "1 while alerts are sent to it, 0 where it is paused or closed", *_SUBSCRIPTION),
    _delivers(
        "subscription_stalled",
        "1 while its number is not accepted, or its receiver has closed it (410)",
        *_SUBSCRIPTION,
    ),
    _delivers("subscription_number", "the last number that was accepted or set aside", *_SUBSCRIPTION),
    _delivers(
        "subscription_alerts_behind", "alerts between its place and the newest; 0 where it is closed", *_SUBSCRIPTION
    ),
    _delivers("subscription_waiting_seconds", "for how long its number has waited; 0 where none does", *_SUBSCRIPTION),
    Metric(
        "delivery_tries_total", Kind.COUNTER, View.DELIVERER, "requests, by what came of them: accepted, or a cause",
        ("subscription", "outcome"),
    ),
    Metric(
        "delivery_seconds", Kind.HISTOGRAM, View.DELIVERER, "one request, from sending to its answer or its end",
        _SUBSCRIPTION, _ALERT_SECONDS,
    ),
)  # fmt: skip
"""What a deliverer tells of itself at HARMWATCH_METRICS."""


def _shows(name: str, text: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, View.CONSOLE, text, labels)


CONSOLE_METRICS = (
    _shows("console_live", "1 while pages of a kind say LIVE, 0 while they say why not", "pages"),
    _shows("console_age_seconds", "since what pages of a kind show was seen last", "pages"),
    _shows("console_open_pages", "pages of a kind that are open in browsers and move by themselves", "pages"),
    _shows(
        "console_certificate_expiry_timestamp_seconds",
        "until when a certificate does that the console's settings name; left out without TLS",
        "of",
    ),
)
"""What a console tells of itself at HARMWATCH_METRICS; `pages` are those of the `board` or of the `desk`."""


def _proved(name: str, text: str) -> Metric:
    return Metric(name, Kind.GAUGE, View.VERIFY, text)


VERIFY_METRICS = (
    _proved("verify_timestamp_seconds", "when the newest verification ended, whatever it found"),
    _proved("verify_ok", "1 where everything came out the same, up to the end"),
    _proved("verify_faults", "how much did not"),
    _proved("verify_foreign_records", "foreign records that are no fault, and that no person has passed over"),
)
"""What `harmwatch verify --metrics FILE` writes for a textfile collector."""

METRICS = WORKER_METRICS + EXPORTER_METRICS + DELIVERER_METRICS + CONSOLE_METRICS + VERIFY_METRICS
