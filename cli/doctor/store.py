"""What the store must be: there, a master, one that forgets nothing, with room, and quick."""

from cli.doctor.certificates import judge_end
from cli.doctor.check import Check, CheckResult, fault, good, weak
from cli.doctor.clocks import judge_difference
from cli.doctor.patient import Patient
from models.instants import SECOND
from runtime.certificates import store_certificate
from runtime.key_stores import open_keys
from state.connection import check_eviction_policy
from state.key_hashes import KeyHashes

_SLOW_SECONDS, _STUCK_SECONDS = 0.01, 0.25
_FULL, _BURSTING = 0.8, 0.95
_OLDEST = 7


def _answers(patient: Patient) -> CheckResult:
    return good(f"version {patient.server.version} answers")


def _certificate(patient: Patient) -> CheckResult:
    end = store_certificate(patient.settings.redis_access)
    if end is None:
        return good("it speaks no TLS")
    return judge_end("what it shows", end, "have its certificate, or the CA that has signed it, renewed")


def _version(patient: Patient) -> CheckResult:
    version = patient.server.version
    if int(version.partition(".")[0]) < _OLDEST:
        return fault(f"version {version} lacks what the scripts need", "Redis 7 or newer, or Valkey")
    return good(f"version {version} has all that the scripts need")


def _eviction(patient: Patient) -> CheckResult:
    check_eviction_policy(patient.store.client)
    return good("it forgets nothing when memory is short")


def _role(patient: Patient) -> CheckResult:
    if not patient.server.is_master:
        return fault("it is a replica, and takes no change", "name the master in HARMWATCH_REDIS")
    return good("it is a master")


def _persistence(patient: Patient) -> CheckResult:
    if not patient.server.keeps_a_log and not patient.server.replicas:
        text = "it keeps no append-only file and has no replica: after each restart the board is built from the journal"
        return weak(text, "appendonly yes, or a replica; or live with the rebuild (docs/performance.md)")
    return good("a restart costs seconds")


def _room(patient: Patient) -> CheckResult:
    used, limit = patient.server.memory_bytes, patient.server.limit_bytes
    if not limit:
        return weak("it has no maxmemory: the machine's memory is its limit, and then it is killed", "set maxmemory")
    share = used / limit
    if share > _FULL:
        judge = fault if share > _BURSTING else weak
        return judge(f"{share:.0%} of its maxmemory is used", "raise maxmemory, or look who else uses this store")
    return good(f"{share:.0%} of its maxmemory is used")


def _speed(patient: Patient) -> CheckResult:
    seconds = patient.server.ping_seconds
    if seconds > _SLOW_SECONDS:
        judge = fault if seconds > _STUCK_SECONDS else weak
        return judge(
            f"a PING takes {1_000 * seconds:.0f} ms, and each run waits for it",
            "put the store near the workers, and look for slow commands of others (SLOWLOG GET)",
        )
    return good("it answers quickly")


def _clock(patient: Patient) -> CheckResult:
    return judge_difference("its clock", patient.server.ahead_us / SECOND, patient.settings.clock_tolerance)


def _keys_apart(patient: Patient) -> CheckResult:
    keys = open_keys(patient.settings) if patient.settings.key_store else None
    try:
        if not isinstance(keys, KeyHashes):
            return good("no keys lie in a Redis")
        server = keys.server()
    finally:
        if keys is not None:
            keys.close()
    if server.run_id == patient.server.run_id:
        text = "the keys of sealed records lie in the very server that may be emptied at any moment"
        return fault(text, "move the keys to a Redis of their own, and name it in HARMWATCH_KEY_STORE")
    if not server.keeps_a_log and not server.replicas:
        text = "the key store keeps no append-only file and has no replica: without its keys everyone is erased"
        return fault(text, "appendonly yes on the key store, and a backup of it")
    return good("the keys have a server of their own, which keeps them")


_REACHED = ("store.answers",)

CHECKS = (
    Check("store.answers", _answers, "start it, or correct HARMWATCH_REDIS: address, user, password, TLS"),
    Check("store.version", _version, "Redis 7 or newer", _REACHED),
    Check("store.certificate", _certificate, "HARMWATCH_REDIS_CA must name certificates in PEM", _REACHED),
    Check("store.eviction", _eviction, "CONFIG SET maxmemory-policy noeviction, and in its file", _REACHED),
    Check("store.role", _role, "name the master in HARMWATCH_REDIS", _REACHED),
    Check("store.persistence", _persistence, "appendonly yes", _REACHED),
    Check("store.room", _room, "raise maxmemory", _REACHED),
    Check("store.speed", _speed, "put the store near the workers", _REACHED),
    Check("store.clock", _clock, "fix NTP", _REACHED),
    Check("store.keys_apart", _keys_apart, "look at HARMWATCH_KEY_STORE", _REACHED),
)
