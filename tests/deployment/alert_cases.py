"""What makes each alert rule fire, and what it must be silent at: series in promtool's words, one value a step."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Series = Mapping[str, str]
ONE = '{board="v100"}'
PART = '{board="v100",partition="0"}'
DESK = '{board="v100",subscription="desk"}'
WORKER = '{board="v100",instance="a"}'


@dataclass(frozen=True, slots=True)
class Case:
    """`fires` at `minutes`, with `labels` beside those of the rule; `silent` at the same time does not.

    Every `step_minutes` the series have a value, and the rule is looked at.
    """

    fires: Series
    silent: tuple[Series, ...]
    minutes: int = 15
    step_minutes: int = 1
    labels: Mapping[str, str] = field(default_factory=lambda: {"board": "v100"})


_OF_PARTITION = {"board": "v100", "partition": "0"}
_OF_DESK = {"board": "v100", "subscription": "desk"}
_OF_WORKER = {"board": "v100", "instance": "a"}
_STATE = 'harmwatch_board_state{{board="v100",state="{}"}}'


_DAY = 86_400
_OF_CERTIFICATE = {"board": "v100", "of": "kafka_server"}
_OWN = 'harmwatch_certificate_expiry_timestamp_seconds{board="v100",of="kafka_server"}'
_OF_A_WORKER = 'harmwatch_worker_certificate_expiry_timestamp_seconds{board="v100",of="kafka_cert",instance="a"}'
_OF_A_CONSOLE = 'harmwatch_console_certificate_expiry_timestamp_seconds{board="v100",of="console_cert",instance="b"}'


def _gauge(name: str, fires: str, *silent: str, labels: str = ONE, has: Mapping[str, str] | None = None) -> Case:
    """Of a rule that looks at one gauge: it has one value, or others at which nothing is wrong."""
    series = f"harmwatch_{name}{labels}"
    return Case({series: fires}, tuple({series: values} for values in silent), labels=has or {"board": "v100"})


def _waiting(lag: str, last_applied: str | None, parked: str = "0x30") -> Series:
    told = {f"harmwatch_lag_seconds{PART}": lag, f"harmwatch_parked{PART}": parked}
    if last_applied is not None:
        told[f"harmwatch_last_applied_timestamp_seconds{PART}"] = last_applied
    return told


def _as_of(values: str, wall: str) -> Series:
    return {f"harmwatch_as_of_timestamp_seconds{ONE}": values, f"harmwatch_wall_clock{ONE}": wall}


def _relays(*values: str) -> Series:
    return {f'harmwatch_relay_in_office{{board="v100",instance="{n}"}}': each for n, each in enumerate(values)}


def _deliverers(*values: str) -> Series:
    return {f'harmwatch_deliverer_in_office{{board="v100",instance="{n}"}}': each for n, each in enumerate(values)}


def _consoles(*values: str) -> Series:
    live = 'harmwatch_console_live{{board="v100",pages="board",instance="{}"}}'
    return {live.format(number): each for number, each in enumerate(values)}


def _latency(quick: str, every: str) -> Series:
    stem = "harmwatch_alert_latency_seconds_bucket"
    return {
        f'{stem}{{board="v100",cause="offence",le="5.0"}}': quick,
        f'{stem}{{board="v100",cause="offence",le="15.0"}}': every,
        f'{stem}{{board="v100",cause="offence",le="+Inf"}}': every,
    }


def _terms(values: str) -> Series:
    return {'harmwatch_relay_terms_total{board="v100",ended_by="unavailable",instance="a"}': values}


def _recovery(of: str, done: str) -> Series:
    return {f"harmwatch_recovery_entries{ONE}": of, f"harmwatch_recovery_entries_done{ONE}": done}


def _recoveries(kind: str, values: str) -> Series:
    return {f'harmwatch_recoveries_total{{board="v100",kind="{kind}",instance="a"}}': values}


def _memory(used: str, limit: str) -> Series:
    return {f"harmwatch_store_memory_bytes{ONE}": used, f"harmwatch_store_memory_limit_bytes{ONE}": limit}


def _records(refused: str, applied: str) -> Series:
    return {
        'harmwatch_records_refused_total{board="v100",reason="not_json",instance="a"}': refused,
        'harmwatch_records_applied_total{board="v100",partition="0",instance="a"}': applied,
    }


def _builds(*layouts: str) -> Series:
    build = 'harmwatch_build_info{{board="v100",version="1",engine="2",layout="{}",instance="{}"}}'
    return {build.format(layout, number): "1x90" for number, layout in enumerate(layouts)}


def _boards(*up: str) -> Series:
    """One exporter each; what one of them tells is there as long as it answers."""
    answering = {f'harmwatch_look_success{{board="b{n}"}}': "1x30" for n, each in enumerate(up) if each == "1x30"}
    return answering | {f'up{{job="harmwatch-exporter",instance="{n}"}}': each for n, each in enumerate(up)}


def _verdict(ok: str, faults: str = "0x60", foreign: str = "0x60") -> Series:
    told = {"ok": ok, "faults": faults, "foreign_records": foreign}
    return {f"harmwatch_verify_{name}{ONE}": values for name, values in told.items()}


CASES: dict[str, Case] = {
    "HarmwatchExporterAbsent": Case(
        {},
        ({f"harmwatch_look_success{ONE}": "1x30"}, {f"harmwatch_look_success{ONE}": "0x30"}, _boards("1x30", "1x30")),
        labels={},
    ),
    "HarmwatchBlind": _gauge("look_success", "0x30", "1x30", "1 0 1x30"),
    "HarmwatchNotOpen": Case(
        {_STATE.format("closed"): "1x30", _STATE.format("open"): "0x30"},
        (
            {_STATE.format("closed"): "0x30", _STATE.format("open"): "1x30"},
            {_STATE.format("closed"): "0x30", _STATE.format("parked"): "1x30"},
            {_STATE.format("recovering"): "0x13 1 1", _STATE.format("open"): "1x13 0 0"},
        ),
    ),
    "HarmwatchNotGood": _gauge("board_good", "0x30", "1x30", "1x13 0 0"),
    "HarmwatchParked": _gauge("parked", "1x30", "0x30", labels=PART, has=_OF_PARTITION),
    "HarmwatchTopicFault": _gauge("topic_faults", "2x30", "0x30"),
    "HarmwatchClockApart": _gauge("clock_difference_seconds", "-70x30", "0x30"),
    "HarmwatchDeaf": Case(
        _waiting("0+60x30", "0x30"),
        (
            _waiting("0x30", "0x30"),
            _waiting("0+60x30", "0+60x30"),  # far behind, and at work
            _waiting("0+60x30", "0x30", parked="1x30"),
            _waiting("60x30", "0x30"),
        ),
        labels=_OF_PARTITION,
    ),
    "HarmwatchBehind": Case(
        _waiting("400x30", "0+60x30"),
        (_waiting("200x30", "0+60x30"), _waiting("400x30", "0x30", parked="1x30"), _waiting("400x9 0x30", "0x30")),
        labels=_OF_PARTITION,
    ),
    "HarmwatchUnread": _gauge("unread_partitions", "1x30", "0x30", "0x14 4"),
    "HarmwatchHeldBack": _gauge("held_back_records", "3x30", "0x30", labels=PART, has=_OF_PARTITION),
    "HarmwatchStill": Case(_as_of("0x30", "1x30"), (_as_of("0+60x30", "1x30"), _as_of("0x30", "0x30"))),
    "HarmwatchOutboxOld": _gauge("outbox_oldest_seconds", "0+60x30", "0x30", "5x30"),
    "HarmwatchNoRelay": Case(_relays("0x30", "0x30"), (_relays("1x30", "0x30"), _relays("1x14 0 0", "0x14 0 0"))),
    "HarmwatchAlertSlow": Case(
        _latency("0+50x40", "0+100x40"), (_latency("0+100x40", "0+100x40"), _latency("0x40", "0x40")), minutes=30
    ),
    "HarmwatchNoDeliverer": Case(_deliverers("0x30", "0x30"), (_deliverers("1x30", "0x30"), {})),
    "HarmwatchStalled": _gauge("subscription_stalled", "1x30", "0x30", "1x3 0x30", labels=DESK, has=_OF_DESK),
    "HarmwatchUndelivered": _gauge(
        "subscription_waiting_seconds", "0+120x30", "0x30", "0+60x5 0x30", labels=DESK, has=_OF_DESK
    ),
    "HarmwatchNoConsole": Case(
        _consoles("1x5 0x24", "1x5 0x24"),
        (_consoles("1x30", "1x5 0x24"), _consoles("1x30", "1x5 _x24"), _consoles("1x10 0 0 0 1x20"), {}),
        labels={"board": "v100", "pages": "board"},
    ),
    "HarmwatchConsoleStale": Case(
        _consoles("1x30", "1x5 0x24"),
        (_consoles("1x30", "1x30"), _consoles("1x30", "1x15 0x14"), {}),
        minutes=25,
        labels={"board": "v100", "pages": "board", "instance": "1"},
    ),
    "HarmwatchNotMember": _gauge("group_member", "0x30", "1x30", labels=WORKER, has=_OF_WORKER),
    "HarmwatchNoStandby": Case(
        {f"harmwatch_group_members{ONE}": "1x30"}, ({f"harmwatch_group_members{ONE}": "2x30"},), minutes=20
    ),
    "HarmwatchRelayFlaps": Case(_terms("0+1x30"), (_terms("0x10 1x30"), _terms("7x30"))),
    "HarmwatchRecoverySlow": Case(
        _recovery("1000x30", "0+10x30"), (_recovery("_x30", "_x30"), _recovery("1000x5 _x30", "0+10x5 _x30"))
    ),
    "HarmwatchRebuilt": Case(
        _recoveries("rebuild", "0x5 1x30"), (_recoveries("rebuild", "1x30"), _recoveries("repeat", "0x5 1x30"))
    ),
    "HarmwatchStoreFull": Case(
        _memory("85x30", "100x30"), (_memory("70x30", "100x30"), _memory("85x30", "0x30")), minutes=20
    ),
    "HarmwatchStoreBursting": Case(_memory("96x30", "100x30"), (_memory("90x30", "100x30"), _memory("96x30", "0x30"))),
    "HarmwatchRefusals": Case(
        _records("0+10x90", "0+100x90"), (_records("0+1x90", "0+100x90"), _records("0x90", "0x90")), minutes=70
    ),
    "HarmwatchVerifyFault": _gauge("verify_faults", "1x30", "0x30"),
    "HarmwatchForeignRecord": _gauge("verify_foreign_records", "1x30", "0x30"),
    "HarmwatchVerifyStale": Case(
        {f"harmwatch_verify_timestamp_seconds{ONE}": "-100000x40"},
        ({f"harmwatch_verify_timestamp_seconds{ONE}": "-80000x40"}, {}),
        minutes=20,
    ),
    "HarmwatchVerifyUnjudged": Case(
        _verdict("0x60"),
        (
            _verdict("1x60"),
            _verdict("0x30 1x30"),
            _verdict("0x60", faults="1x60"),
            _verdict("0x60", foreign="1x60"),
        ),
        minutes=27 * 60,
        step_minutes=30,
    ),
    "HarmwatchCertificateSoon": Case(
        {_OWN: f"{20 * _DAY}x120"},
        (
            {_OWN: f"{25 * _DAY}x120", _OF_A_WORKER: f"{25 * _DAY}x120"},
            {_OWN: f"{20 * _DAY}x60 {400 * _DAY}x60"},  # renewed
        ),
        minutes=90,
        labels=_OF_CERTIFICATE,
    ),
    "HarmwatchCertificateEnding": Case(
        {_OWN: f"{2 * _DAY}x30"}, ({_OWN: f"{5 * _DAY}x30"}, {}), labels=_OF_CERTIFICATE
    ),
    "HarmwatchMixedVersions": Case(_builds("4", "5"), (_builds("4", "4"),), minutes=80),
    "HarmwatchCheckpointStale": Case(
        {f"harmwatch_checkpoint_timestamp_seconds{ONE}": "-20000x40"},
        ({f"harmwatch_checkpoint_timestamp_seconds{ONE}": "-9000x40"}, {}),
        minutes=20,
    ),
}

MORE_CASES: list[tuple[str, Case]] = [
    (
        "HarmwatchNoDeliverer",
        Case(_deliverers("1x5 _x24", "0x5 _x24"), (_deliverers("1x30", "0x5 _x24"), {})),
    ),
    (
        "HarmwatchNoConsole",
        Case(
            _consoles("1x5 _x24"),
            (_consoles("1x5 _x24", "1x30"), _consoles("1x13 _x16")),
            minutes=20,
            labels={"board": "v100", "pages": "board"},
        ),
    ),
    (
        "HarmwatchConsoleStale",
        Case(
            _consoles("1x40", "1x5 _x35"),
            (_consoles("1x40", "_x40"), _consoles("1x40", "1x20 _x20")),
            minutes=30,
            labels={"board": "v100", "pages": "board", "instance": "1"},
        ),
    ),
    (
        "HarmwatchExporterAbsent",
        Case(
            _boards("1x30", "0x30"),
            (_boards("1x30", "1x13 0 0"),),
            labels={"job": "harmwatch-exporter", "instance": "1"},
        ),
    ),
    (
        "HarmwatchCertificateEnding",
        Case(
            {_OWN: f"{90 * _DAY}x30", _OF_A_WORKER: f"{2 * _DAY}x30"},
            ({_OWN: f"{90 * _DAY}x30", _OF_A_WORKER: f"{90 * _DAY}x30"},),
            labels={"board": "v100", "of": "kafka_cert", "instance": "a"},
        ),
    ),
    (
        "HarmwatchCertificateEnding",
        Case(
            {_OWN: f"{90 * _DAY}x30", _OF_A_CONSOLE: f"{2 * _DAY}x30"},
            ({_OWN: f"{90 * _DAY}x30", _OF_A_CONSOLE: f"{90 * _DAY}x30"},),
            labels={"board": "v100", "of": "console_cert", "instance": "b"},
        ),
    ),
]
"""Of rules that fire at more than one thing."""
