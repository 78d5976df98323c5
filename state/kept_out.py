"""Why a Redis does not let us in, read from what its client has raised."""

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import redis

from models.access.redis_access import Access
from models.access.tls_context import tls_context
from models.access.tls_faults import alert_fault, certificate_fault, heard_alert, speaks_tls

_PATIENCE_SECONDS = 2.0
_PORT = 6379


def why_kept_out(error: redis.RedisError, access: Access) -> str | None:
    """What a person has to change; None where nobody is there, or it says so itself."""
    name = access.setting
    if isinstance(error, redis.AuthenticationError):
        if not access.user and access.password is None and not access.names_user:
            return f"wants a user and a password: set {name}_USER and {name}_PASSWORD_FILE"
        why = str(error).rstrip(".")
        return f"refuses: {why}: look at user and password, in the address or in {name}_USER and {name}_PASSWORD_FILE"
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return certificate_fault(cause, name)
        if isinstance(cause, ssl.SSLError) and (
            said := alert_fault(cause, name, shown=access.tls.certificate is not None)
        ):
            return said
    return _another_language(access) if isinstance(error, redis.ConnectionError | redis.TimeoutError) else None


def _another_language(access: Access) -> str | None:
    """Whether somebody is there, and speaks TLS where we do not, or the other way round."""
    parts, name = urlsplit(access.url), access.setting
    if not parts.hostname:
        return None
    place = parts.hostname, parts.port or _PORT
    if parts.scheme == "redis" and speaks_tls(*place, _PATIENCE_SECONDS):
        return f"wants TLS: begin {name} with rediss://, and set {name}_CA where its CA is not one of the system's"
    if parts.scheme != "rediss":
        return None
    if _speaks_in_clear(*place):
        return f"speaks no TLS on this port: name its TLS port in {name}, or begin it with redis://"
    alert = heard_alert(place, tls_context(access.tls), _PATIENCE_SECONDS)
    return None if alert is None else alert_fault(alert, name, shown=access.tls.certificate is not None)


def _speaks_in_clear(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), _PATIENCE_SECONDS) as line:
            line.sendall(b"PING\r\n")
            return line.recv(1) in {b"+", b"-"}
    except OSError:
        return False


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
