"""What the brokers must be: found, reached at the addresses that they name, and set up so that nothing is lost."""

import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any

from broker.clients import TRANSACTION_TIMEOUT_MILLISECONDS
from cli.doctor.certificates import judge_end
from cli.doctor.check import Check, CheckResult, fault, good, unseen, weak
from cli.doctor.clocks import look_at_brokers_clock
from cli.doctor.patient import Patient
from models.errors import NotAllowed
from models.topics import TOPICS, topic_name
from runtime.certificates import kafka_certificate
from runtime.topic_checks import NOT_TO_BE_SEEN, REPLICAS, topic_faults, topic_weaknesses

_CONNECT_SECONDS = 1.5
_OLDEST = (3, 6)
_SLOW_SECONDS, _STUCK_SECONDS = 0.1, 1.0
_LOGIN = "ask with the login of the role worker, console or operator (docs/how-to/secure.md)"
_INTERNAL = ("__consumer_offsets", "__transaction_state")


def _names(patient: Patient) -> CheckResult:
    lost = [host for host, port in _pairs(patient.settings.brokers) if not _resolves(host, port)]
    if lost:
        return fault(f"no address is known of {', '.join(lost)}", "correct HARMWATCH_KAFKA, or the DNS of this machine")
    return good("every broker's name has an address")


def _answers(patient: Patient) -> CheckResult:
    away = [f"{host}:{port}" for host, port in _pairs(patient.settings.brokers) if not _connects(host, port)]
    remedy = "start them, or open the way: address, port and firewall between this machine and them"
    if len(away) == len(patient.settings.brokers):
        return fault(f"nothing listens at {', '.join(away)}", remedy)
    return weak(f"nothing listens at {', '.join(away)}", remedy) if away else good("every broker listens")


def _certificate(patient: Patient) -> CheckResult:
    end = kafka_certificate(patient.settings, _pairs(patient.settings.brokers))
    if end is None:
        return good("the brokers speak no TLS")
    remedy = "have the brokers' certificate, or the CA that has signed it, renewed"
    return judge_end("what the brokers show", end, remedy)


def _advertised(patient: Patient) -> CheckResult:
    away = [f"{host}:{port}" for host, port in patient.advertised if not _connects(host, port)]
    if away:
        text = f"the brokers tell clients to go to {', '.join(away)}, which this machine does not reach"
        return fault(text, "set advertised.listeners of the brokers to addresses that this machine reaches")
    return good(f"{len(patient.advertised)} broker(s), each reached where it says that it is")


def _versions(patient: Patient) -> CheckResult:
    versions = sorted(set(patient.broker_versions))
    text = f"Kafka {', '.join('.'.join(map(str, each)) for each in versions)}"
    if versions[0] < _OLDEST:
        return fault(f"{text}: it does not bound how far ahead a sender may date a report", "Kafka 3.6 or newer")
    if len(versions) > 1:
        return weak(f"{text}: brokers of several versions", "finish the upgrade of the brokers")
    return good(f"{text} or newer, by what it speaks")


def _in_sync(patient: Patient) -> CheckResult:
    names = {topic_name(patient.settings.prefix, topic) for topic in TOPICS}
    ours = [(item["name"], each) for item in patient.described for each in item["partitions"] if item["name"] in names]
    headless = [f"{name} {each['partition_index']}" for name, each in ours if each["leader_id"] < 0]
    if headless:
        return fault(f"without a leader: {', '.join(headless)}", "start the brokers that hold these partitions")
    behind = [f"{name} {each['partition_index']}" for name, each in ours if _lags(each)]
    if behind:
        text = f"copies are behind or away: {', '.join(behind)}"
        return weak(text, "start the broker that is away, or look why it does not keep up")
    return good("every copy is up to date")


def _lags(partition: Mapping[str, Any]) -> bool:  # Any: the client's
    return set(partition["isr_nodes"]) < set(partition["replica_nodes"])


def _speed(patient: Patient) -> CheckResult:
    seconds = patient.kafka_seconds
    if seconds > _SLOW_SECONDS:
        judge = fault if seconds > _STUCK_SECONDS else weak
        text = f"a question to a broker takes {1_000 * seconds:.0f} ms, and an alert waits for several answers"
        return judge(text, "put workers near the brokers, and look at the load of the brokers")
    return good("a broker answers quickly")


def _topics(patient: Patient) -> CheckResult:
    faults = topic_faults(patient.settings)
    if faults:
        hidden = all(NOT_TO_BE_SEEN in each for each in faults)
        return fault("; ".join(faults), _LOGIN if hidden else "harmwatch topics create")
    return good("the topics are as they must be")


def _copies(patient: Patient) -> CheckResult:
    weaknesses = topic_weaknesses(patient.settings)
    if weaknesses:
        remedy = "give the topics three copies; on one node say so with HARMWATCH_SINGLE_NODE=yes"
        return weak("; ".join(weaknesses), remedy)
    return good("the topics outlive a broker" if not patient.settings.single_node else "one node by intent")


def _internal_copies(patient: Patient) -> CheckResult:
    if patient.settings.single_node:
        return good("one node by intent")
    listed = {item["name"]: item["partitions"] for item in patient.described}
    few = [
        name
        for name in _INTERNAL
        if name in listed and min(len(each["replica_nodes"]) for each in listed[name]) < REPLICAS
    ]
    if few:
        text = f"{', '.join(few)} have fewer than {REPLICAS} copies: with one broker the group or the relay stands"
        return weak(text, "offsets.topic.replication.factor and transaction.state.log.replication.factor: 3")
    return good("groups and transactions outlive a broker")


_ASK = "give this user the right to describe the cluster's configuration, or ask an administrator to look"
_UNSEEN = "the brokers tell their settings to the login of the role operator"


def _if_known(look: Callable[[Patient, Mapping[str, str]], CheckResult]) -> Callable[[Patient], CheckResult]:
    """With the brokers' settings. Of the shipped roles the operator alone may see them."""

    @wraps(look)
    def asked(patient: Patient) -> CheckResult:
        try:
            found = patient.broker_settings
        except NotAllowed:
            return unseen(_UNSEEN)
        return look(patient, found)

    return asked


@_if_known
def _session(patient: Patient, found: Mapping[str, str]) -> CheckResult:
    wanted = patient.settings.session_seconds * 1_000
    low, high = (int(found[f"group.{end}.session.timeout.ms"]) for end in ("min", "max"))
    if not low <= wanted <= high:
        text = f"HARMWATCH_SESSION_SECONDS is {wanted / 1_000:g}, the brokers allow {low / 1_000:g} to {high / 1_000:g}"
        return fault(text, "set HARMWATCH_SESSION_SECONDS between the two")
    return good("the brokers allow the session")


@_if_known
def _transactions(_: Patient, found: Mapping[str, str]) -> CheckResult:
    longest = int(found["transaction.max.timeout.ms"])
    if longest < TRANSACTION_TIMEOUT_MILLISECONDS:
        text = f"transaction.max.timeout.ms is {longest}: the relay asks for {TRANSACTION_TIMEOUT_MILLISECONDS}"
        return fault(text, f"set transaction.max.timeout.ms to {TRANSACTION_TIMEOUT_MILLISECONDS} or more")
    return good("the brokers allow the relay's transactions")


@_if_known
def _creation(_: Patient, found: Mapping[str, str]) -> CheckResult:
    if found.get("auto.create.topics.enable") == "true":
        text = "auto.create.topics.enable is on: a topic that was deleted comes back with other settings"
        return weak(text, "set auto.create.topics.enable=false on the brokers")
    return good("topics are not created by mere use")


def _pairs(addresses: Iterable[str]) -> Iterator[tuple[str, int]]:
    for address in addresses:
        host, _, port = address.rpartition(":")
        yield host.strip("[]"), int(port)


def _resolves(host: str, port: int) -> bool:
    try:
        return bool(socket.getaddrinfo(host, port))
    except OSError:
        return False


def _connects(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), _CONNECT_SECONDS):
            return True
    except OSError:
        return False


_REACHED = ("kafka.answers",)

CHECKS = (
    Check("kafka.names", _names, "correct HARMWATCH_KAFKA"),
    Check("kafka.answers", _answers, "start the brokers", ("kafka.names",)),
    Check("kafka.certificate", _certificate, "HARMWATCH_KAFKA_CA must name certificates in PEM", _REACHED),
    Check("kafka.advertised", _advertised, "fix what the message names: TLS, password or right", _REACHED),
    Check("kafka.versions", _versions, "Kafka 3.6 or newer", ("kafka.advertised",)),
    Check("kafka.topics", _topics, "harmwatch topics create", ("kafka.advertised",)),
    Check("kafka.in_sync", _in_sync, "start every broker", ("kafka.topics",)),
    Check("kafka.copies", _copies, "give the topics three copies", ("kafka.topics",)),
    Check("kafka.internal_copies", _internal_copies, "give them three copies", ("kafka.advertised",)),
    Check("kafka.session", _session, _ASK, ("kafka.advertised",)),
    Check("kafka.transactions", _transactions, _ASK, ("kafka.advertised",)),
    Check("kafka.creation", _creation, _ASK, ("kafka.advertised",)),
)

LAST_CHECKS = (
    Check("kafka.clock", look_at_brokers_clock, "see that every broker answers", ("kafka.topics",)),
    Check("kafka.speed", _speed, "put workers near the brokers", ("kafka.advertised",)),
)
"""Behind all others of the room: where brokers are slow, they would keep those from being made."""
