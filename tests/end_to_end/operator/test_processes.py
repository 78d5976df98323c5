"""Every command once as the process that an operator starts: the other tests run them inside of their own."""

import importlib.metadata
import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.commands import COMMANDS
from tests.end_to_end.installation import HARMWATCH, ROOT, Installation, Said, under_this_load
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.scraped import scrape

pytestmark = [pytest.mark.stack, pytest.mark.thorough]
_SECONDS = re.compile(r'"\w*seconds": [\d.]+|[\d.]+ s\b')


@pytest.fixture(scope="module")
def installation(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A sealed board with a few hundred reports, on which nobody works any more."""
    folder = tmp_path_factory.mktemp("processes")
    own = Installation(
        stack_environment, folder, policy=small_policy(folder), clock="event", seal="on", key_store=str(folder / "keys")
    )
    own.environment["XDG_CACHE_HOME"] = str(folder)
    try:
        as_process(own, "keys", "new", "--dir", str(folder / "signing"))
        own.environment["HARMWATCH_PUBLIC_KEY"] = str(folder / "signing" / "harmwatch-public.pem")
        own.start_worker()
        folder.joinpath("reports.jsonl").write_bytes(lines(300))
        own.json("ingest", str(folder / "reports.jsonl"))
        own.wait_idle()
        own.end_workers()
        key = str(folder / "signing" / "harmwatch-private.pem")
        own.run("verify", "--certificate", str(folder / "certificate.json"), "--key", key)
        yield own
    finally:
        own.end_workers()


def as_process(installation: Installation, *words: str, interrupted: bool = False) -> Said:
    """What a command answers as a process of its own; one that has no end by itself is interrupted once it works."""
    process = subprocess.Popen(
        [*HARMWATCH, *words], env=installation.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    with process:
        if interrupted:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=100)
    return Said(process.returncode, output.decode(), errors.decode())


def questions(folder: Path) -> list[list[str]]:
    """Commands that change nothing: asked twice they answer the same."""
    policy, certificate = str(folder / "policy.toml"), str(folder / "certificate.json")
    public = str(folder / "signing" / "harmwatch-public.pem")
    return [
        ["topics", "create", "--json"],
        ["topics", "check", "--json"],
        ["status", "--json"],
        ["board", "--json"],
        ["offender", "p1", "--json"],
        ["verify", "--redis"],
        ["verify", "--desk"],
        ["verify", "--from", "9", "--to", "3"],
        ["certificate", "check", certificate, "--public-key", public],
        ["proof", "make", "v100:1", "--certificate", certificate, "--out", str(folder / "proof.json"), "--json"],
        ["proof", "check", str(folder / "proof.json"), "--public-key", public],
        ["alerts", "list", "--json"],
        ["alerts", "show", "v100:1"],
        ["explain", "v100:1"],
        ["forecast", "p1"],
        ["amendments", "--json"],
        ["policy", "check", policy],
        ["policy", "diff", policy, policy],
        ["policy", "compare", policy, policy, "--json"],
        ["policy", "activate", policy, "--json"],
        ["index", "import", str(folder / "nothing.xlsx")],
        ["index", "find", "stalking"],
        ["mapping", "draft", str(folder / "reports.jsonl")],
        ["mapping", "check", str(folder / "reports.jsonl"), "--mapping", str(folder / "nothing.toml")],
        ["deadletters", "list", "--json"],
        ["deadletters", "show", "0"],
        ["deadletters", "redrive", "--why", "nothing is left to do", "--dry-run"],
        ["subscriptions", "check", str(folder / "nothing.toml")],
        ["subscriptions", "apply", str(folder / "nothing.toml"), "--why", "there is no file"],
        ["subscriptions", "list", "--json"],
        ["subscriptions", "close", "desk", "--why", "there is none"],
        ["subscriptions", "pause", "desk", "--why", "there is none"],
        ["subscriptions", "resume", "desk", "--why", "there is none"],
        ["subscriptions", "test", "desk"],
        ["deliveries", "list", "--json"],
        ["desk", "--at", "2026-01-01T00:00:00Z"],
        ["deliveries", "show", "desk", "1"],
        ["deliveries", "skip", "desk", "1", "--why", "there is none"],
        ["deliveries", "rewind", "desk", "--from", "1", "--why", "there is none"],
        ["deliveries", "notified", "desk", "v100:1", "--how", "there is none"],
        ["deliveries", "disclosures", "p1", "--json"],
        ["recall", "v100:999999", "--why", "there is none"],
        ["brake", "release", "--partition", "0", "--why", "nothing is parked"],
        ["access", "list", "--json"],
        ["access", "list", "--person", "p1"],
        ["console", "user", "list"],
        ["console", "user", "add", "anna", "--role", "officer"],
        ["console", "user", "password", "anna"],
        ["console", "user", "token", "anna"],
        ["console", "user", "remove", "anna"],
        ["console", "sessions", "list"],
        ["console", "sessions", "revoke", "local:nobody"],
        ["pulse"],
        ["completion", "bash"],
        ["nonsense"],
    ]


def deeds(folder: Path) -> list[list[str]]:
    """Commands that leave something behind, run in this order."""
    key = str(folder / "signing" / "harmwatch-private.pem")
    return [
        ["checkpoint", "--key", key, "--json"],
        ["snapshots", "build", "--json"],
        ["replay", "--out", str(folder / "replayed"), "--json"],
        ["erase", "p1", "--reason", "retention ended", "--key", key],
        ["ingest", str(folder / "reports.jsonl"), "--json"],
        ["stack", "run", "--", "true"],
    ]


def elsewhere() -> set[str]:
    """Commands that the fixture, a test of their own, or another file runs: tests/client, delivery, test_console."""
    with_tests_of_their_own = {"alerts follow", "alerts open", "worker", "watch", "simulate", "exporter", "doctor"}
    return {"console serve", "keys new", "demo", "deliver", "topics pass-over"} | with_tests_of_their_own


@pytest.mark.timeout(400)  # every command twice
def test_a_process_answers_what_the_command_answers_inside_of_a_test(installation: Installation) -> None:
    for words in questions(installation.folder):
        process, inside = as_process(installation, *words), installation.say(*words)
        assert "Traceback" not in process.errors, words
        told = [_SECONDS.sub("some time", said.output) for said in (process, inside)]
        assert (process.code, told[0]) == (inside.code, told[1]), (words, process.errors)


def test_what_a_command_leaves_behind_it_leaves_as_a_process_too(installation: Installation) -> None:
    for words in deeds(installation.folder):
        process = as_process(installation, *words)
        assert process.code == 0, (words, process.errors)
        assert "Traceback" not in process.errors, words


def test_a_filter_reads_its_standard_input(installation: Installation) -> None:
    sealed = b"\n".join(record.value for record in installation.read("alerts.v1"))
    done = subprocess.run(
        [*HARMWATCH, "alerts", "open"], env=installation.environment, input=sealed, capture_output=True, cwd=ROOT,
        check=True,
    )  # fmt: skip
    assert all(json.loads(line)["alert_id"] for line in done.stdout.splitlines())
    assert done.stdout.decode() == installation.say("alerts", "open", typed=sealed).output


def test_a_synthetic_year_is_written_to_standard_output_as_to_a_file(installation: Installation) -> None:
    environment = {name: value for name, value in installation.environment.items() if name != "HARMWATCH_POLICY"}
    written = installation.folder / "year.jsonl"
    words = [*HARMWATCH, "simulate", "--scale", "0.001"]
    done = subprocess.run(words, env=environment, capture_output=True, cwd=ROOT, check=True)
    subprocess.run([*words, "--out", str(written)], env=environment, capture_output=True, cwd=ROOT, check=True)
    assert done.stdout == written.read_bytes() != b""


def test_what_has_no_end_of_its_own_ends_at_ctrl_c(installation: Installation) -> None:
    watched = as_process(installation, "watch", "--plain", interrupted=True)
    assert (watched.code, "Traceback" in watched.errors) == (0, False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_works_until_it_is_asked_to_end(installation: Installation, number: signal.Signals) -> None:
    before = installation.json("status")["entry"]
    with subprocess.Popen([*HARMWATCH, "worker"], env=installation.environment, stderr=subprocess.PIPE) as worker:
        until = time.monotonic() + 60
        while installation.json("status")["entry"] == before:  # its recovery is an entry
            assert time.monotonic() < until, "no recovery"
        worker.send_signal(number)
        _, said = worker.communicate(timeout=60)
    assert (worker.returncode, b"Traceback" in said) == (0, False)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_exporter_looks_until_it_is_asked_to_end(installation: Installation, number: signal.Signals) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "metrics"
        environment = installation.environment | {"HARMWATCH_METRICS": f"unix:{file}"}
        with subprocess.Popen([*HARMWATCH, "exporter"], env=environment, stderr=subprocess.PIPE) as exporter:
            until = time.monotonic() + 60
            while not file.exists() or "harmwatch_look_success{" not in scrape(file):
                assert time.monotonic() < until, "no answer to a scrape"
                time.sleep(0.1)
            exporter.send_signal(number)
            _, said = exporter.communicate(timeout=30)
        assert (exporter.returncode, b"Traceback" in said, file.exists()) == (0, False, False)


def test_the_doctor_answers_within_ten_seconds_also_where_nobody_else_does(installation: Installation) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(64)
        address = f"127.0.0.1:{deaf.getsockname()[1]}"
        environment = installation.environment | {
            "HARMWATCH_KAFKA": address, "HARMWATCH_REDIS": f"redis://{address}/0",
        }  # fmt: skip
        began_at = time.monotonic()
        done = subprocess.run([*HARMWATCH, "doctor", "--json"], env=environment, capture_output=True, check=False)
        assert time.monotonic() - began_at < under_this_load(10)
    states = {each["check"]: each["state"] for each in json.loads(done.stdout)["findings"]}
    assert (done.returncode, states["store.answers"], states["kafka.advertised"]) == (1, "fault", "fault")


def test_every_command_is_among_them(tmp_path: Path) -> None:
    spoken = {" ".join(words[:3]) for words in (*questions(tmp_path), *deeds(tmp_path))} | elsewhere()
    for name in COMMANDS:
        assert any(f"{words} ".startswith(f"{name} ") for words in spoken), name


def test_python_finds_the_same_entry(installation: Installation) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from cli.entry import run; run()", "--version"],
        env=installation.environment, capture_output=True, cwd=ROOT, check=True, text=True,
    )  # fmt: skip
    assert importlib.metadata.version("harmwatch") in done.stdout
