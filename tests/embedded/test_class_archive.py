"""Kafka starts from an archive of its classes where there is a fitting one, and as before where there is none."""

import contextlib
import fcntl
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from embedded.class_archive import archive_options, class_archive
from embedded.jars import kafka_jars
from embedded.java import find_java
from embedded.kafka import LOG4J2_PROPERTIES, Installation
from embedded.stack import Stack
from embedded.training import make_archive

PATIENCE_SECONDS = 200
USED_AT_LEAST = 2_500  # classes, by a tool that prints one line


@pytest.fixture
def java(tmp_path: Path) -> Path:
    """Where a Java would lie: which one it is stands in a file."""
    home = tmp_path / "java"
    (home / "bin").mkdir(parents=True)
    (home / "release").write_text('JAVA_VERSION="25.0.2"\n')
    return home / "bin" / "java"


@pytest.fixture
def jars(tmp_path: Path) -> Path:
    """A folder with a jar."""
    folder = tmp_path / "cache" / "kafka"
    folder.mkdir(parents=True)
    (folder / "kafka.jar").write_bytes(b"jar")
    return folder


def another_java(java: Path, _: Path) -> None:
    (java.parent.parent / "release").write_text('JAVA_VERSION="25.0.3"\n')


def another_jar(_: Path, jars: Path) -> None:
    (jars / "kafka.jar").write_bytes(b"another jar")


def a_jar_copied_again(_: Path, jars: Path) -> None:
    os.utime(jars / "kafka.jar", (1, 1))


@pytest.mark.parametrize("change", [another_java, another_jar, a_jar_copied_again])
def test_an_archive_belongs_to_one_java_and_these_very_jars(
    java: Path, jars: Path, change: Callable[[Path, Path], None]
) -> None:
    before = class_archive(java, jars)
    assert before == class_archive(java, jars)
    change(java, jars)
    assert class_archive(java, jars) != before


def test_a_java_that_does_not_say_which_one_it_is_has_no_archive(java: Path, jars: Path) -> None:
    (java.parent.parent / "release").unlink()
    assert class_archive(java, jars) is None
    assert archive_options(None) == ()


def test_kafka_is_started_with_the_archive_only_where_one_was_made(java: Path, jars: Path) -> None:
    installation = Installation(java, jars)
    archive = installation.archive
    assert archive is not None
    without = installation.command("kafka.Kafka", "server.properties")
    archive.touch()  # this Java cannot make one
    assert installation.command("kafka.Kafka", "server.properties") == without
    archive.write_bytes(b"archive")
    with_it = installation.command("kafka.Kafka", "server.properties")
    assert [word for word in with_it if word not in without] == [*archive_options(archive)]
    assert f"-XX:SharedArchiveFile={archive}" in with_it


def test_of_two_processes_one_makes_the_archive_and_the_other_does_not_wait(java: Path, jars: Path) -> None:
    archive = jars.with_name("archive.jsa")
    with archive.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_archive(java, jars, archive)  # it would not start
    assert not archive.exists()


@pytest.mark.stack
@pytest.mark.thorough
def test_what_was_made_is_used_and_nothing_is_said_of_what_cannot_be(tmp_path: Path) -> None:
    installation = Installation(find_java(), kafka_jars(lambda _: None))
    folder = tmp_path / "cache"
    (folder / "archive.part").mkdir(parents=True)
    archive = folder / "archive.jsa"
    (folder / "archive.part" / "archive").write_bytes(b"half of what a killed process made")
    make_archive(installation.java, installation.jars, archive)
    assert sorted(path.name for path in folder.iterdir()) == ["archive.jsa", "archive.lock"]
    assert len(shared_classes(installation, archive)) > USED_AT_LEAST
    assert len(said(installation, archive)) == 1
    archive.write_bytes(b"not an archive")
    assert shared_classes(installation, archive) == []
    assert len(said(installation, archive)) == 1


def shared_classes(installation: Installation, archive: Path) -> list[str]:
    return [line for line in said(installation, archive, "-Xlog:class+load") if "shared objects file" in line]


def said(installation: Installation, archive: Path, *more: str) -> list[str]:
    """What one of Kafka's tools says, which prints an id."""
    (archive.parent / "log4j2.properties").write_text(LOG4J2_PROPERTIES)
    command = installation.command_with((*archive_options(archive), *more))
    done = subprocess.run(
        [*command, "kafka.tools.StorageTool", "random-uuid"],
        cwd=archive.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.stack
@pytest.mark.thorough
@pytest.mark.timeout(400)  # two stacks and a training, which has the lowest priority
def test_the_first_stack_makes_the_archive_beside_itself_and_the_next_one_starts_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jars = kafka_jars(lambda _: None)
    (tmp_path / "harmwatch").mkdir()
    (tmp_path / "harmwatch" / jars.name).symlink_to(jars)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with Stack() as first:
        assert "-XX:SharedArchiveFile" not in " ".join(psutil.Process(first.kafka_pid).cmdline())
        wait_for(lambda: list(training_processes()), "nobody makes an archive")
        training = list(training_processes())
    assert not any(one.is_running() for one in training)
    assert not list((tmp_path / "harmwatch").glob("*.part"))
    with Stack() as second:
        wait_for(lambda: list((tmp_path / "harmwatch").glob("*.jsa")), "no archive was made")
        second.kill_kafka()
        second.start_kafka()
        assert any(word.startswith("-XX:SharedArchiveFile=") for word in psutil.Process(second.kafka_pid).cmdline())


def training_processes() -> Iterator[psutil.Process]:
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "embedded.training" in process.cmdline():
                yield process


def wait_for(found: Callable[[], object], otherwise: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not found():
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)
