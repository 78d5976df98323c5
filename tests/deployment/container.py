"""A service of ours as its container would start it, as a plain process."""

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.deployment.compose import health_command, services

READ_ONLY = ("sh", "-c", 'ulimit -f 0 && exec "$@"', "sh")
"""Where the container's disk is read-only, here no file may grow by a byte."""

_POLL_SECONDS = 0.5


class Container:
    """The image's programs, a service's settings, and an empty folder that must stay empty."""

    def __init__(self, programs: Path, settings: Mapping[str, str], folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.environment = {"PATH": f"{programs}:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **settings}

    def run(self, *words: str, code: int = 0, given: bytes = b"") -> str:
        """A command; its standard output."""
        done = subprocess.run(
            [*READ_ONLY, *words],
            env=self.environment,
            cwd=self.folder,
            input=given,
            capture_output=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == code, done.stderr.decode()
        assert b"Traceback" not in done.stderr
        return done.stdout.decode()

    @contextmanager
    def serving(self, *words: str) -> Iterator[None]:
        """A command for as long as the block; it must end well on SIGTERM and leave nothing behind."""
        command = [*READ_ONLY, *words]
        Path(self.environment["HARMWATCH_PULSE"]).unlink(missing_ok=True)  # a new container's memory is empty
        with subprocess.Popen(command, env=self.environment, cwd=self.folder, stderr=subprocess.PIPE) as process:
            try:
                yield
            finally:
                process.terminate()
                _, said = process.communicate(timeout=20)
        assert process.returncode == 0, said.decode()
        assert list(self.folder.iterdir()) == []

    def scraped(self, seconds: float, metric: str = "look_success") -> str:
        """What Prometheus would read, as soon as this metric is there."""
        until = time.monotonic() + seconds
        while True:
            try:
                with urlopen(f"http://{self.environment['HARMWATCH_METRICS']}/metrics", timeout=seconds) as answer:
                    told: str = answer.read().decode()
                if f"\nharmwatch_{metric}{{" in told or time.monotonic() > until:
                    return told
            except URLError:
                if time.monotonic() > until:
                    raise
            time.sleep(_POLL_SECONDS)

    def become_healthy(self, seconds: float) -> None:
        """Waits until the health check of the compose file is green."""
        until = time.monotonic() + seconds
        while True:
            try:
                self.run(*health_command(services()["worker-1"]))
                return
            except AssertionError:
                if time.monotonic() > until:
                    raise
                time.sleep(_POLL_SECONDS)
