"""What the doctor sees without anybody's answer: each thing that can be broken is named, with its remedy."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import kafka.codec
import pytest

from cli.doctor import machine
from cli.doctor.check import Check, CheckResult, Finding, State, good, weak
from cli.doctor.doctor import DoctorDocument, FindingDocument, render_doctor
from cli.doctor.examination import CHECKS, Examination
from cli.doctor.history import judge_memory
from cli.doctor.memory import memory_limit
from cli.doctor.patient import Patient
from models.errors import Unavailable
from runtime.settings import Sealing, Settings
from tests.end_to_end.installation import say

NOBODY = Settings(kafka="127.0.0.1:1", redis="redis://127.0.0.1:1/0")


def found(settings: Settings, name: str) -> Finding:
    """Of one check of this machine."""
    checks = [check for check in machine.CHECKS if check.name == name]
    (finding,) = Examination(Patient(settings), checks).run(5)
    return finding


def test_a_healthy_machine_has_no_fault() -> None:
    findings = list(Examination(Patient(NOBODY), machine.CHECKS).run(5))
    assert {each.check for each in findings if each.state is not State.GOOD} <= {"machine.metrics", "machine.clock"}


def test_a_policy_that_is_not_there() -> None:
    broken = found(Settings(policy=Path("/nowhere.toml")), "machine.policy")
    assert (broken.state, "/nowhere.toml" in broken.text) == (State.FAULT, True)
    assert "policy check" in broken.remedy


def test_a_public_key_that_is_not_there() -> None:
    broken = found(Settings(public_key=Path("/nowhere.pem")), "machine.public_key")
    assert (broken.state, "keys new" in broken.remedy) == (State.FAULT, True)


def test_a_sealed_board_on_which_nobody_may_sign(tmp_path: Path) -> None:
    given = Settings(seal=Sealing.ON, key_store=str(tmp_path))
    broken = found(given, "machine.public_key")
    assert (broken.state, "HARMWATCH_PUBLIC_KEY" in broken.remedy) == (State.WEAK, True)


def test_a_key_store_that_is_not_there(tmp_path: Path) -> None:
    given = Settings.model_validate({"key_store": str(tmp_path / "nowhere"), "seal": "on"})
    broken = found(given, "machine.key_store")
    assert (broken.state, "HARMWATCH_KEY_STORE" in broken.remedy) == (State.FAULT, True)


def test_a_password_that_others_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".env"
    file.write_text("HARMWATCH_REDIS=redis://:secret@store:6379/0\n")
    file.chmod(0o640)
    broken = found(NOBODY, "machine.secrets")
    assert (broken.state, broken.remedy) == (State.FAULT, "chmod 600 .env")
    assert "secret" not in broken.text
    file.chmod(0o600)
    assert found(NOBODY, "machine.secrets").state is State.GOOD


def test_metrics_that_others_may_hear() -> None:
    broken = found(Settings(allow_cleartext=True, metrics="0.0.0.0:9464"), "machine.metrics")
    assert (broken.state, "127.0.0.1" in broken.remedy) == (State.WEAK, True)
    assert found(Settings(metrics="127.0.0.1:9464"), "machine.metrics").state is State.GOOD


def test_a_compression_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka.codec, "zstd", None)  # as where the library is not installed
    broken = found(NOBODY, "machine.codecs")
    assert (broken.state, "zstd" in broken.text, "run.txt" in broken.remedy) == (State.FAULT, True, True)


def test_code_that_is_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "aiokafka.record._crecords.default_records"
    monkeypatch.setitem(sys.modules, name, None)  # as where there is no wheel for the platform
    broken = found(NOBODY, "machine.compiled")
    assert (broken.state, name in broken.text, "run.txt" in broken.remedy) == (State.WEAK, True, True)


def test_a_clock_that_nobody_keeps() -> None:
    kept, unkept, untold = map(machine.judge_clock, (0, 5, None))
    assert (kept.state, unkept.state, untold.state) == (State.GOOD, State.WEAK, State.GOOD)
    assert "NTP" in unkept.remedy
    told = found(NOBODY, "machine.clock")
    assert told.text == machine.judge_clock(machine.kernel_clock_state()).text


@pytest.mark.parametrize(("own", "limit"), [("0::/a/b\n", 300), ("0::/a\n", 300), ("0::/c\n", None), ("7::/a\n", None)])
def test_the_least_limit_of_memory_counts(tmp_path: Path, own: str, limit: int | None) -> None:
    for folder, text in (("a", "300"), ("a/b", "max"), ("c", "max")):
        (tmp_path / "groups" / folder).mkdir(parents=True)
        (tmp_path / "groups" / folder / "memory.max").write_text(f"{text}\n")
    (tmp_path / "own").write_text(own)
    assert memory_limit(tmp_path / "groups", tmp_path / "own") == limit


def test_too_few_files() -> None:
    with _soft_limit(512):
        broken = found(NOBODY, "machine.files")
    assert (broken.state, "ulimit" in broken.remedy) == (State.WEAK, True)


@contextmanager
def _soft_limit(files: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_wrong_setting_is_named_and_nothing_is_looked_at() -> None:
    said = say({"HARMWATCH_KAFKAA": "here:9092"}, "doctor")
    assert said.code == 1
    assert "HARMWATCH_KAFKAA is not a setting" in said.output
    assert said.output.splitlines()[-1] == f"1 fault, {len(CHECKS)} skipped"


def test_a_name_that_leads_nowhere_is_distinguished_from_a_broker_that_is_away() -> None:
    lost = found_everywhere(Settings(kafka="nowhere.invalid:9092", redis=NOBODY.redis))
    away = found_everywhere(NOBODY)
    assert (lost["kafka.names"].state, lost["kafka.answers"].state) == (State.FAULT, State.SKIPPED)
    assert (away["kafka.names"].state, away["kafka.answers"].state) == (State.GOOD, State.FAULT)
    assert "127.0.0.1:1" in away["kafka.answers"].text
    assert (away["store.answers"].state, "HARMWATCH_REDIS" in away["store.answers"].remedy) == (State.FAULT, True)
    assert {away[each].state for each in ("store.role", "board.state", "kafka.topics")} == {State.SKIPPED}


def found_everywhere(settings: Settings) -> dict[str, Finding]:
    return {finding.check: finding for finding in Examination(Patient(settings), CHECKS).run(9)}


def _hangs(_: Patient) -> CheckResult:
    time.sleep(30)
    return good("at last")


def _raises(_: Patient) -> CheckResult:
    raise Unavailable("away")


def _breaks(_: Patient) -> CheckResult:
    raise ZeroDivisionError


def test_who_does_not_answer_in_time_is_waited_for_no_more() -> None:
    begun = time.monotonic()
    checks = [Check("a.hangs", _hangs, "wake it"), Check("b.works", lambda _: good("here"), "")]
    hung, works = Examination(Patient(NOBODY), checks).run(0.5)
    assert time.monotonic() - begun < 5
    assert (hung.state, hung.text, hung.remedy) == (State.FAULT, "no answer within 0.5 s", "wake it")
    assert works.state is State.GOOD


def test_what_a_check_raises_is_its_finding() -> None:
    raises, breaks = Check("a.raises", _raises, "mend it"), Check("a.breaks", _breaks, "")
    checks = [raises, breaks, Check("a.next", _raises, "", ("a.breaks",))]
    raised, broken, skipped = Examination(Patient(NOBODY), checks).run(5)
    assert (raised.state, raised.text, raised.remedy) == (State.FAULT, "away", "mend it")
    assert (broken.state, "ZeroDivisionError" in broken.text) == (State.FAULT, True)
    assert skipped.state is State.SKIPPED


def test_what_is_weak_keeps_nobody_from_looking_on() -> None:
    checks = [Check("a.weak", lambda _: weak("so", "then"), ""), Check("b.next", lambda _: good("on"), "", ("a.weak",))]
    _, looked = Examination(Patient(NOBODY), checks).run(5)
    assert looked.state is State.GOOD


def test_every_check_needs_checks_that_there_are_and_stand_before_it() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    for place, check in enumerate(CHECKS):
        assert set(check.needs) <= set(names[:place])


def test_a_finding_stays_on_its_line() -> None:
    finding = FindingDocument(check="a.b", state=State.FAULT, found="two\nlines", remedy="mend")
    assert render_doctor(DoctorDocument(ok=False, findings=(finding,))).splitlines()[0].endswith("two\\nlines")


def test_the_speed_of_brokers_is_asked_for_when_everything_else_of_them_is_known() -> None:
    """Slow brokers cost it the time in which the others answer."""
    assert [check.name for check in CHECKS if check.room == "kafka"][-1] == "kafka.speed"


@pytest.mark.parametrize(("limit", "told"), [(None, "no limit; a worker needs 320 MiB"), (2**40, "is enough")])
def test_where_nobody_limits_this_process_a_workers_need_is_said(limit: int | None, told: str) -> None:
    judged = judge_memory(limit, 4)
    assert (judged.state, told in judged.text) == (State.GOOD, True)
    assert judge_memory(2**20, 4).state is State.WEAK
