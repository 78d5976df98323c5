"""`harmwatch` by hand on a machine of the units: with their settings, and the login of a role where there is one."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.deployment.units import FOLDER, PROGRAMS

ROOT = Path(__file__).parents[2]

SETTINGS = """\
# a comment

HARMWATCH_KAFKA=a.example:9092,b.example:9092
HARMWATCH_REDIS="rediss://h:6379/0?a=$b&c"
HARMWATCH_BOARD='v 100'
HARMWATCH_PREFIX=last-"""


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    (folder := tmp_path / "etc").mkdir()
    (folder / "harmwatch.env").write_text(SETTINGS)
    return folder


def given(configuration: Path, **variables: str) -> dict[str, str]:
    """The settings that a command gets."""
    (script := configuration.parent / "harmwatch").write_text(
        (FOLDER / "harmwatch").read_text("utf-8").replace(f"{PROGRAMS}/harmwatch", "/usr/bin/env")
    )
    own = {"CONFIGURATION_DIRECTORY": str(configuration), "PATH": "/usr/bin:/bin", **variables}
    done = subprocess.run(["sh", str(script), "-0"], env=own, capture_output=True, text=True, check=True, timeout=60)
    told = dict(line.split("=", 1) for line in done.stdout.split("\0") if line)
    return {name: value for name, value in told.items() if name.startswith("HARMWATCH_")}


def test_the_settings_of_the_units_are_given_letter_by_letter(configuration: Path) -> None:
    assert given(configuration) == {
        "HARMWATCH_KAFKA": "a.example:9092,b.example:9092",
        "HARMWATCH_REDIS": "rediss://h:6379/0?a=$b&c",
        "HARMWATCH_BOARD": "v 100",
        "HARMWATCH_PREFIX": "last-",
        "HARMWATCH_PULSE": "/run/harmwatch-worker-*/pulse",
    }


def test_it_logs_in_as_the_console_or_as_the_role_that_is_named(configuration: Path) -> None:
    for name in ("console-kafka", "console-redis", "operator-kafka"):
        (configuration / name).touch()
    console, operator = given(configuration), given(configuration, ROLE="operator")
    assert console["HARMWATCH_KAFKA_USER"] == console["HARMWATCH_REDIS_USER"] == "harmwatch-console"
    assert console["HARMWATCH_REDIS_PASSWORD_FILE"] == str(configuration / "console-redis")
    assert operator["HARMWATCH_KAFKA_PASSWORD_FILE"] == str(configuration / "operator-kafka")
    assert "HARMWATCH_REDIS_USER" not in operator


def test_every_role_that_a_page_names_by_hand_has_both_its_files_installed() -> None:
    pages = [path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md")]
    roles = set(re.findall(r"ROLE=([a-z]+) harmwatch", "".join(pages))) | {"console"}
    installed = set(re.findall(r" secrets/([a-z]+-[a-z]+)", "".join(re.findall(r"install -m 600 .*", "".join(pages)))))
    assert {"operator", "audit"} <= roles
    assert {f"{role}-{server}" for role in roles for server in ("kafka", "redis")} <= installed


def test_it_logs_in_at_a_key_store_in_redis_where_there_is_one(configuration: Path) -> None:
    (configuration / "keys-redis").touch()
    assert "HARMWATCH_KEY_STORE_USER" not in given(configuration)
    (configuration / "harmwatch.env").write_text("HARMWATCH_KEY_STORE=rediss://keys:6379/0\n")
    told = given(configuration)
    assert told["HARMWATCH_KEY_STORE_USER"] == "harmwatch-keys"
    assert told["HARMWATCH_KEY_STORE_PASSWORD_FILE"] == str(configuration / "keys-redis")


def test_a_program_that_fails_fails(configuration: Path) -> None:
    script = (FOLDER / "harmwatch").read_text("utf-8").replace(f"{PROGRAMS}/harmwatch", "/bin/false")
    own = {"CONFIGURATION_DIRECTORY": str(configuration), "PATH": "/usr/bin:/bin"}
    assert subprocess.run(["sh", "-c", script], env=own, check=False, timeout=60).returncode == 1
    own["CONFIGURATION_DIRECTORY"] = "/nowhere"
    done = subprocess.run(["sh", "-c", script], env=own, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode != 0, "/nowhere/harmwatch.env" in done.stderr) == (True, True)
