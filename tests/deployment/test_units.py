"""The systemd units: accepted by systemd, hardened, and started again only where that helps."""

import shutil
import subprocess
from pathlib import Path

import pytest

from runtime.settings import Settings
from tests.deployment.units import FOLDER, SETTINGS, UNITS, copy_to, read_unit, settings_of

LARGEST_EXPOSURE_TENTHS = 15
SINCE_254 = ("RestartSteps", "RestartMaxDelaySec")
HARDENED = {
    "DynamicUser": "yes",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "MemoryDenyWriteExecute": "yes",
}
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")


@needs_systemd
def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    copies = copy_to(tmp_path / "units", Path("/bin"))
    for copy in copies:  # any program that is there: whether ours is, is no fault of the unit
        copy.write_text(copy.read_text("utf-8").replace("/bin/harmwatch", "/bin/sh"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, copies)],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path / 'units'}:"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert complaints(done.stderr) == []


def complaints(said: str) -> list[str]:
    """What systemd has against our units, but that it is older than two keys of them."""
    lines = [line for line in said.splitlines() if "harmwatch" in line]
    return [line for line in lines if not any(f"'{key}' in section" in line for key in SINCE_254)]


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_calls_the_exposure_small(unit: Path, tmp_path: Path) -> None:
    (copy,) = [path for path in copy_to(tmp_path / "units", Path("/bin")) if path.stem[:12] == unit.stem[:12]]
    words = ["systemd-analyze", "security", "--offline=yes", f"--threshold={LARGEST_EXPOSURE_TENTHS}", str(copy)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-400:] + done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_is_hardened(unit: Path) -> None:
    service = read_unit(unit)["Service"]
    assert {key: service[key][0] for key in HARDENED} == HARDENED
    assert service["MemoryMax"]
    assert service["TasksMax"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_comes_back_after_a_problem_and_not_after_wrong_use(unit: Path) -> None:
    read = read_unit(unit)
    assert read["Service"]["Restart"] == ["on-failure"]
    assert read["Service"]["RestartPreventExitStatus"] == ["2"]
    assert read["Unit"]["StartLimitIntervalSec"] == ["0"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_what_fails_at_every_start_is_tried_ever_more_seldom(unit: Path) -> None:
    service = read_unit(unit)["Service"]
    first, last = (int(service[key][0]) for key in ("RestartSec", "RestartMaxDelaySec"))
    assert int(service["RestartSteps"][0]) > 1
    older = int(read_unit(FOLDER / "before-254.conf")["Service"]["RestartSec"][0])
    assert first < older < last <= 60


def test_a_worker_is_watched_by_its_pulse_where_status_looks_for_it() -> None:
    service = read_unit(FOLDER / "harmwatch-worker@.service")["Service"]
    assert (service["Type"], service["NotifyAccess"]) == (["notify"], ["main"])
    assert 60 < int(service["WatchdogSec"][0]) <= 180  # the worker's own watchdog comes first
    (pulse,) = service["Environment"]
    assert service["RuntimeDirectory"] == ["harmwatch-worker-%i"]
    assert pulse == "HARMWATCH_PULSE=%t/harmwatch-worker-%i/pulse"
    assert "/run/harmwatch-worker-*/pulse" in (FOLDER / "harmwatch").read_text("utf-8")


def test_all_workers_of_a_machine_are_one_user_to_whom_a_folder_belongs() -> None:
    service = read_unit(FOLDER / "harmwatch-worker@.service")["Service"]
    assert (service["User"], service["StateDirectory"]) == (["harmwatch"], ["harmwatch"])
    assert service["StateDirectoryMode"] == ["0700"]


def test_the_units_read_one_file_of_settings_that_there_are() -> None:
    assert {tuple(read_unit(unit)["Service"]["EnvironmentFile"]) for unit in UNITS} == {(SETTINGS,)}
    known = {f"HARMWATCH_{setting.upper()}" for setting in Settings.model_fields}
    assert set(settings_of(FOLDER / "harmwatch.env")) <= known


def test_a_worker_waits_for_the_topics_and_begins_without_them_too() -> None:
    worker = read_unit(FOLDER / "harmwatch-worker@.service")
    assert worker["Unit"]["Requires"] == []
    for key in ("Wants", "After"):
        assert worker["Unit"][key] == ["network-online.target harmwatch-topics.service"]


def test_a_console_may_lower_the_priority_of_a_look_back_and_keeps_its_users_where_it_alone_writes() -> None:
    service = read_unit(FOLDER / "harmwatch-console.service")["Service"]
    assert not any("@resources" in line for line in service["SystemCallFilter"])
    (folder,) = service["StateDirectory"]
    assert f"HARMWATCH_CONSOLE_USERS=%S/{folder}/users.json" in service["Environment"]
    page = (FOLDER.parents[1] / "docs" / "how-to" / "deploy.md").read_text("utf-8")
    assert f"--property=StateDirectory={folder} " in page
    assert f"HARMWATCH_CONSOLE_USERS=/var/lib/{folder}/users.json" in page
