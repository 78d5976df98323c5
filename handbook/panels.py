"""What the Grafana dashboard shows, row by row in the order of questions at night."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture: `queries` by their legend; `kind` and `unit` in Grafana's words."""

    title: str
    queries: dict[str, str]
    unit: str = "short"
    kind: str = "timeseries"
    colours: dict[str, str] = field(default_factory=dict)
    """Of a single value: from which number on which colour."""


_BOARD = 'board="$board"'
_GOOD = {"0": "red", "1": "green"}


def _of(name: str, *more: str) -> str:
    return f"harmwatch_{name}{{{', '.join((_BOARD, *more))}}}"


def _rate(name: str, by: str) -> str:
    return f"sum by ({by}) (rate({_of(name)}[$__rate_interval]))"


def _most(name: str) -> str:
    """Of a subscription, of the one in office."""
    return f"max by (subscription) ({_of(name)})"


def _quantile(share: float, name: str) -> str:
    return f"histogram_quantile({share}, {_rate(name + '_bucket', 'le')})"


def _quantiles(name: str) -> dict[str, str]:
    return {"50 %": _quantile(0.5, name), "99 %": _quantile(0.99, name)}


ROWS: dict[str, Sequence[Panel]] = {
    "Is it right?": [
        Panel("The board does its work", {"": _of("board_good")}, kind="stat", colours=_GOOD),
        Panel("State", {"{{state}}": f"{_of('board_state')} == 1"}, kind="stat"),
        Panel("Age of the board's now", {"": f"time() - {_of('as_of_timestamp_seconds')}"}, "s"),
        Panel("Age of the newest checkpoint", {"": f"time() - {_of('checkpoint_timestamp_seconds')}"}, "s"),
        Panel("Age of the newest verification", {"": f"time() - {_of('verify_timestamp_seconds')}"}, "s"),
        Panel("It verified", {"": _of("verify_ok")}, kind="stat", colours=_GOOD),
        Panel("Faults, foreign records", {"faults": _of("verify_faults"), "foreign": _of("verify_foreign_records")}),
        Panel("Kafka and store answer", {"": _of("look_success")}, kind="stat", colours=_GOOD),
        Panel("Faults of topics", {"": _of("topic_faults")}, kind="stat", colours={"0": "green", "1": "red"}),
        Panel("Parked partitions", {"": f"sum({_of('parked')})"}, kind="stat", colours={"0": "green", "1": "red"}),
        Panel("Entries and sequence", {"entry": _of("entry"), "sequence": _of("sequence")}),
    ],
    "Is it on time?": [
        Panel("Age of the oldest record that waits", {"partition {{partition}}": _of("lag_seconds")}, "s"),
        Panel("Records that wait", {"partition {{partition}}": _of("lag_records")}),
        Panel("From an instant to its alert", _quantiles("alert_latency_seconds"), "s"),
        Panel("From a record to the board", _quantiles("apply_latency_seconds"), "s"),
        Panel("Outbox: entries", {"": _of("outbox_entries")}),
        Panel("Outbox: oldest", {"": _of("outbox_oldest_seconds")}, "s"),
        Panel("Behind open transactions", {"partition {{partition}}": _of("held_back_records")}),
        Panel("Workers wait for", {"{{instance}} {{what}}": f"{_of('waiting_seconds')} > 0"}, "s"),
    ],
    "What moves?": [
        Panel("Records", {"applied": _rate("records_applied_total", "board")}, "cps"),
        Panel("Refused, by reason", {"{{reason}}": _rate("records_refused_total", "reason")}, "cps"),
        Panel("Transitions, by cause", {"{{move}}, {{cause}}": _rate("transitions_total", "move, cause")}, "cps"),
        Panel("Alerts", {"{{transition}}": _rate("alerts_published_total", "transition")}, "cps"),
        Panel("Dead letters", {"{{reason}}": _rate("dead_letters_published_total", "reason")}, "cps"),
        Panel("Band, ranked", {"band": _of("band_members"), "ranked": _of("ranked_persons")}),
        Panel("Something is to expire", {"persons": _of("due_steps")}),
        Panel("Records of a run", {"50 %": _quantile(0.5, "run_records")}),
    ],
    "Who gets it?": [
        Panel(
            "Deliverers in office", {"": f"sum by (board) ({_of('deliverer_in_office')})"}, kind="stat", colours=_GOOD
        ),
        Panel("A number waits", {"{{subscription}}": _most("subscription_waiting_seconds")}, "s"),
        Panel(
            "Stalled, open",
            {
                "{{subscription}} stalled": _most("subscription_stalled"),
                "{{subscription}} open": _most("subscription_open"),
            },
        ),
        Panel("Alerts behind", {"{{subscription}}": _most("subscription_alerts_behind")}),
        Panel("Numbers", {"{{subscription}}": _most("subscription_number")}),
        Panel(
            "Requests, by what came of them",
            {"{{subscription}} {{outcome}}": _rate("delivery_tries_total", "subscription, outcome")},
            "cps",
        ),
        Panel(
            "A request, 99 %",
            {"{{subscription}}": f"histogram_quantile(0.99, {_rate('delivery_seconds_bucket', 'subscription, le')})"},
            "s",
        ),
    ],
    "The machine": [
        Panel("Workers", {"": _of("group_members")}, kind="stat"),
        Panel(
            "Partitions without a reader",
            {"": _of("unread_partitions")},
            kind="stat",
            colours={"0": "green", "1": "red"},
        ),
        Panel("In office", {"{{instance}}": _of("relay_in_office")}),
        Panel("Terms of the relay that ended", {"{{ended_by}}": _rate("relay_terms_total", "ended_by")}, "cps"),
        Panel("Recoveries", {"{{kind}}": _rate("recoveries_total", "kind")}, "cps"),
        Panel("A recovery", {"done": _of("recovery_entries_done"), "of": _of("recovery_entries")}),
        Panel("Rebalances", {"": _rate("rebalances_total", "board")}, "cps"),
        Panel(
            "A call of the store, 99 %",
            {"{{verb}}": f"histogram_quantile(0.99, {_rate('store_call_seconds_bucket', 'verb, le')})"},
            "s",
        ),
        Panel("A transaction", _quantiles("transaction_seconds"), "s"),
        Panel("Decoding and assessing a run", _quantiles("assess_seconds"), "s"),
        Panel("What the store answers to runs", {"{{answer}}": _rate("runs_total", "answer")}, "cps"),
        Panel(
            "Memory of the store",
            {"used": _of("store_memory_bytes"), "limit": f"{_of('store_memory_limit_bytes')} > 0"},
            "bytes",
        ),
    ],
    "Trust": [
        Panel(
            "Versions",
            {"{{version}}, layout {{layout}}": f"count by (version, layout) ({_of('build_info')})"},
        ),
        Panel(
            "Certificates end in",
            {
                "{{of}}": f"{_of('certificate_expiry_timestamp_seconds')} - time()",
                "{{instance}} {{of}}": f"{_of('worker_certificate_expiry_timestamp_seconds')} - time()",
                "console {{of}}": f"{_of('console_certificate_expiry_timestamp_seconds')} - time()",
            },
            "s",
        ),
        Panel(
            "Pages of the console",
            {
                "{{pages}} live": f"min by (pages) ({_of('console_live')})",
                "{{pages}} open": f"sum by (pages) ({_of('console_open_pages')})",
            },
        ),
        Panel("Age of what the console shows", {"{{pages}}": f"max by (pages) ({_of('console_age_seconds')})"}, "s"),
        Panel("Clocks differ by", {"": _of("clock_difference_seconds")}, "s"),
        Panel("Connections to the store", {"{{instance}}": _of("store_connections_total")}),
        Panel("Transactions", {"{{outcome}}": _rate("transactions_total", "outcome")}, "cps"),
    ],
}
