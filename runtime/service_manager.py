"""Tells systemd how a worker is: that it has begun, that it turns, and what it waits for."""

import os
import socket

_SOCKET = "NOTIFY_SOCKET"
_PATIENCE_SECONDS = 1.0


def tell_service_manager(*lines: str) -> None:
    """Each a line of sd_notify(3); without systemd nothing is sent. Raises OSError."""
    address = os.environ.get(_SOCKET)
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.settimeout(_PATIENCE_SECONDS)
        line.connect("\0" + address[1:] if address.startswith("@") else address)
        line.send("\n".join(lines).encode())
