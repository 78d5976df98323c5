"""Children which cannot outlive this process: each is watched by the reaper before it begins."""

import contextlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from models.errors import PreconditionFailed

# The child waits for a line on a pipe before it becomes the command. If this process is killed between
# starting the child and telling the reaper, the line never comes and the child ends. (/dev/fd, because sh
# itself knows only descriptors of one digit.)
GATE = ("/bin/sh", "-c", 'read -r _ </dev/fd/"$1" && shift && exec "$@"', "sh")
REAPER_TIMEOUT_SECONDS = 30.0  # it waits for its children for 20 s at most


class ChildProcesses:
    """A reaper and the children it watches: they end with `release`, or when this process is gone."""

    def __init__(self, *, keep_open: Sequence[int] = ()) -> None:
        """Start the reaper, which keeps the file descriptors `keep_open` (of locks) until it has cleaned up.

        Raises PreconditionFailed if the package that it needs is missing.
        """
        if importlib.util.find_spec("psutil") is None:
            raise PreconditionFailed("The package psutil is missing: pip install 'harmwatch[embedded]'")
        self._reaper = subprocess.Popen(
            [sys.executable, "-P", "-m", "embedded.reaper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            bufsize=0,
            env=_environment_of_a_module(),
            start_new_session=True,
            pass_fds=keep_open,
        )
        assert self._reaper.stdin is not None  # asked for above
        self._pipe = self._reaper.stdin
        self._children: list[subprocess.Popen[bytes]] = []

    def start_module(self, module: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
        """Start one of our modules as a server is started."""
        return self.start_server([sys.executable, "-P", "-m", module, *arguments], log, _environment_of_a_module())

    def start_server(
        self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start it in the folder of its log, which its output is appended to; `environment` is ours unless said.

        It has a session of its own: Ctrl-C ends its clients first.
        """
        gate, opener = os.pipe()
        with log.open("ab") as output:
            child = subprocess.Popen(
                [*GATE, str(gate), *command],
                cwd=log.parent,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=[gate],
            )
        return self._register(child, gate, opener)

    def start_command(
        self, command: Sequence[str], environment: Mapping[str, str], errors: IO[bytes] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start it with our terminal, streams and process group; `errors` is its standard error instead of ours."""
        gate, opener = os.pipe()
        child = subprocess.Popen([*GATE, str(gate), *command], env=environment, stderr=errors, pass_fds=[gate])
        return self._register(child, gate, opener)

    def _register(self, child: subprocess.Popen[bytes], gate: int, opener: int) -> subprocess.Popen[bytes]:
        os.close(gate)
        self._children.append(child)
        self._tell(f"watch {child.pid}")
        os.write(opener, b"\n")
        os.close(opener)
        return child

    def remove_at_end(self, folder: Path) -> None:
        """Delete `folder` after the children have ended."""
        self._tell(f"remove {folder.absolute()}")

    def release(self) -> None:
        """End every child, remove every folder, and wait until that is done."""
        with contextlib.suppress(BrokenPipeError):  # the reaper was killed
            self._tell("end")
        self._reaper.wait(REAPER_TIMEOUT_SECONDS)
        self._pipe.close()
        for child in self._children:
            child.kill()  # does nothing, unless the reaper was killed
            child.wait()

    def _tell(self, line: str) -> None:
        self._pipe.write(os.fsencode(line) + b"\n")


def _environment_of_a_module() -> dict[str, str]:
    """Ours, in which Python finds what this process finds."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path)}
