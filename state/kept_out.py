"""Why a Redis does not let us in, read from what its client has raised."""

import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import redis

from models.access.redis_access import Access
from models.access.tls_faults import alert_fault, certificate_fault, speaks_tls

_PATIENCE_SECONDS = 2.0
_PORT = 6379


def why_kept_out(error: redis.RedisError, access: Access) -> str | None:
    """What a person has to change; None where nobody is there, or it says so itself."""
    name = access.setting
    if isinstance(error, redis.AuthenticationError):
        return f"refuses: {error}: look at user and password, in the address or in {name}_USER and {name}_PASSWORD_FILE"
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return certificate_fault(cause, name)
        if isinstance(cause, ssl.SSLError):
            said = alert_fault(cause, name, shown=access.tls.certificate is not None)
            return said or f"does not speak TLS with us ({cause.reason}): is {name} to begin with redis://?"
    parts = urlsplit(access.url)
    is_in_clear = isinstance(error, redis.ConnectionError) and parts.scheme == "redis" and parts.hostname
    if is_in_clear and speaks_tls(parts.hostname or "", parts.port or _PORT, _PATIENCE_SECONDS):
        return f"wants TLS: begin {name} with rediss://, and set {name}_CA where its CA is not one of the system's"
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
