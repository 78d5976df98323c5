"""The process that makes the archive of Kafka's classes: a Kafka starts and ends, and the classes it loaded are packed.

It runs beside the first stack of a machine, at the lowest priority, and ends with it at the latest; the next one begins
again. Of several at once one makes it. Nobody waits for it.
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from embedded.child_processes import ChildProcesses
from embedded.class_archive import QUIET, class_archive
from embedded.kafka import Installation, Node, kafka, new_cluster_id
from embedded.ports import ReservedPort

LOWEST_PRIORITY = 19
PACKING_TIMEOUT_SECONDS = 300.0
_NUMBER = re.compile(r" id: \d+$")  # of a class within one process; two lists have them twice


def begin_training(installation: Installation, children: ChildProcesses, folder: Path) -> None:
    """Start that process among `children` if the archive is missing; its log lies beside Kafka's in `folder`."""
    archive = installation.archive
    if archive is not None and not archive.exists():
        arguments = (str(installation.java), str(installation.jars))
        children.start_module("embedded.training", *arguments, log=folder / "kafka" / "training.log")


def main() -> None:
    """Make the archive for the Java and the jars that the arguments name."""
    os.nice(LOWEST_PRIORITY)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the stack ends: tidy up
    java, jars = map(Path, sys.argv[1:])
    archive = class_archive(java, jars)
    if archive is not None:
        make_archive(java, jars, archive)


def make_archive(java: Path, jars: Path, archive: Path) -> None:
    """Make it, unless it is there or another process makes it; it is whole whenever it exists.

    Raises PreconditionFailed if Kafka does not start, OSError if the folder cannot be written.
    """
    with archive.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if archive.exists():
            return
        staging = archive.with_suffix(".part")
        shutil.rmtree(staging, ignore_errors=True)
        try:
            staging.mkdir(mode=0o700)
            _make(java, jars, staging).rename(archive)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _make(java: Path, jars: Path, staging: Path) -> Path:
    """The finished archive; an empty file if this Java cannot make one, so that nobody tries in vain again."""
    packed = staging / "archive"
    with ExitStack() as closing:
        children = ChildProcesses()
        closing.callback(children.release)
        _train(Installation(java, jars, recording=True), staging / "kafka", children)
        (staging / "classes").write_text("".join(_loaded(staging / "kafka")))
        if _pack(Installation(java, jars), staging, packed, children) != 0:
            packed.write_bytes(b"")
    with packed.open("rb+") as file:
        os.fsync(file.fileno())  # Java trusts what an archive's head says, and would fall over a part of it
    return packed


def _train(installation: Installation, folder: Path, children: ChildProcesses) -> None:
    """Start a Kafka in `folder`, which notes the classes that it loads, and end it."""
    with ExitStack() as closing:
        ports = [ReservedPort(), ReservedPort()]
        for port in ports:
            closing.callback(port.release)
        server = kafka(installation, folder, Node(new_cluster_id(), 1, ports[0], (ports[1],)), children)
        server.start()
        server.wait_until_ready()
        server.end()


def _loaded(folder: Path) -> Iterator[str]:
    """The lines of all lists, each once; not those of classes that were made on the way, which have no jar."""
    lines = (line for noted in sorted(folder.glob("*.classes")) for line in noted.read_text().splitlines())
    kept = (line for line in lines if not line.startswith("#") and " source: " not in line)
    yield from dict.fromkeys(f"{_NUMBER.sub('', line)}\n" for line in kept)


def _pack(installation: Installation, staging: Path, packed: Path, children: ChildProcesses) -> int:
    """Pack the classes of the list; Java's exit code."""
    options = ("-Xshare:dump", QUIET, f"-XX:SharedClassListFile={staging / 'classes'}")
    command = installation.command_with((*options, f"-XX:SharedArchiveFile={packed}"))
    packing: subprocess.Popen[bytes] = children.start_server(command, staging / "packing.log")
    return packing.wait(PACKING_TIMEOUT_SECONDS)


if __name__ == "__main__":
    main()
