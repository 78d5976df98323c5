"""What can be seen without asking anybody: settings, policy, files, this machine."""

import ctypes
import resource
import stat
from importlib.util import find_spec
from pathlib import Path

from kafka.codec import has_gzip, has_lz4, has_snappy, has_zstd

from cli.doctor.certificates import judge_end
from cli.doctor.check import Check, CheckResult, fault, good, weak
from cli.doctor.patient import Patient
from runtime.certificates import own_certificates
from runtime.installation import named_public_key
from runtime.key_stores import open_keys
from runtime.settings import Sealing

_FILES_NEEDED = 1_024
_COMPILED = ("aiokafka.record._crecords.default_records", "faust._cython.streams")
_UNSYNCHRONIZED, _TIMEX_BYTES = 5, 512
"""TIME_ERROR; and more than the kernel's structure has."""
_CODECS = {"gzip": has_gzip, "lz4": has_lz4, "snappy": has_snappy, "zstd": has_zstd}


def _policy(patient: Patient) -> CheckResult:
    return good(f"policy {patient.policy.id} {patient.policy.version}")


def _public_key(patient: Patient) -> CheckResult:
    key = named_public_key(patient.settings)
    if key is None:
        return good("no key is named that may sign, and nothing is sealed") if _seals_not(patient) else _nobody_signs()
    return good(f"signatures of {key[:16]}... count")


def _seals_not(patient: Patient) -> bool:
    return patient.settings.seal is Sealing.OFF


def _nobody_signs() -> CheckResult:
    return weak(
        "records are sealed, and no key is named that may sign an erasure",
        "name the public file of the signing key in HARMWATCH_PUBLIC_KEY, before the board is founded",
    )


def _key_store(patient: Patient) -> CheckResult:
    if _seals_not(patient):
        return good("nothing is sealed")
    open_keys(patient.settings).close()
    return good("the key store opens")


def _secrets(_patient: Patient) -> CheckResult:
    file = Path(".env")
    if not file.exists() or "@" not in file.read_text("utf-8", "replace"):
        return good("no password lies in a .env file")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return fault(".env seems to hold a password, and others may read it", "chmod 600 .env")
    return good(".env is for its owner alone")


def _certificates(patient: Patient) -> CheckResult:
    ends = dict(own_certificates(patient.settings))
    if not ends:
        return good("no setting names a certificate")
    name = min(ends, key=ends.__getitem__)
    setting = f"HARMWATCH_{name.upper()}"
    return judge_end(f"what {setting} names", ends[name], f"have it renewed, and write it over the file of {setting}")


def _metrics(patient: Patient) -> CheckResult:
    address = patient.settings.metrics_address
    if address is None:
        return weak(
            "these settings name no address for metrics",
            "set HARMWATCH_METRICS for workers, unless their unit does (docs/how-to/watch.md)",
        )
    if address.tls is not None:
        return good(f"metrics at {address}, over TLS" + (", for known clients only" if address.tls.ca else ""))
    if not address.is_of_this_machine:
        text = f"metrics go in clear to anyone who reaches {address}"
        return weak(text, "let Prometheus ask on this machine (127.0.0.1:PORT), or over TLS (HARMWATCH_METRICS_CERT)")
    return good(f"metrics at {address}")


def _codecs(_patient: Patient) -> CheckResult:
    missing = [name for name, is_there in _CODECS.items() if not is_there()]
    if missing:
        text = f"records that senders compressed with {', '.join(missing)} could not be read"
        return fault(text, "install harmwatch with what requirements/run.txt names")
    return good("records of every compression can be read")


def _compiled(_patient: Patient) -> CheckResult:
    slow = [name for name in _COMPILED if find_spec(name) is None]
    if slow:
        text = f"{', '.join(slow)} is not compiled: records are read many times as slowly"
        return weak(text, "install the wheels that requirements/run.txt names, on a platform that has them")
    return good("what reads records is compiled")


def _clock(_patient: Patient) -> CheckResult:
    return judge_clock(kernel_clock_state())


def judge_clock(state: int | None) -> CheckResult:
    """Of what the kernel says of its clock."""
    if state is None:
        return good("the kernel does not tell whether its clock is kept")
    if state == _UNSYNCHRONIZED:
        return weak("nobody keeps the clock of this machine", "switch NTP on: `timedatectl set-ntp true`, or chrony")
    return good("the clock of this machine is kept")


def kernel_clock_state() -> int | None:
    """What adjtimex(2) answers to somebody who changes nothing; None where it is not to be had."""
    ask = getattr(ctypes.CDLL(None), "adjtimex", None)
    state = -1 if ask is None else ask(ctypes.create_string_buffer(_TIMEX_BYTES))
    return None if state < 0 else int(state)


def _files(_patient: Patient) -> CheckResult:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _FILES_NEEDED:
        return weak(f"a process may have {soft} open files", f"ulimit -n {_FILES_NEEDED}, or LimitNOFILE= of the unit")
    return good("enough files may be open")


CHECKS = (
    Check("machine.policy", _policy, "fix the policy: `harmwatch policy check FILE` names every fault"),
    Check("machine.public_key", _public_key, "HARMWATCH_PUBLIC_KEY must name a public file of `harmwatch keys new`"),
    Check("machine.key_store", _key_store, "HARMWATCH_KEY_STORE must name the folder or Redis with the keys"),
    Check("machine.secrets", _secrets, "chmod 600 .env"),
    Check("machine.certificates", _certificates, "the file must hold certificates in PEM"),
    Check("machine.metrics", _metrics, "HARMWATCH_METRICS"),
    Check("machine.codecs", _codecs, "install harmwatch with what requirements/run.txt names"),
    Check("machine.compiled", _compiled, "install the wheels that requirements/run.txt names"),
    Check("machine.clock", _clock, "switch NTP on"),
    Check("machine.files", _files, "raise the limit of open files"),
)
