"""The certificates of an installation by name, and until when each does (Unix seconds)."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from models.access.certificate_ends import end_at_server, ends_of_files
from models.access.redis_access import Access
from models.errors import HarmwatchError
from runtime.metrics.meters import Sample
from runtime.settings import Settings

_PATIENCE_SECONDS = 2.0
_REDIS_PORT = 6379


def own_certificates(settings: Settings) -> Iterator[tuple[str, float]]:
    """Those that settings name, by the setting: `kafka_ca`, `redis_cert` and so on. Raises NotAllowed."""
    stores = (access.tls for access in _stores(settings))
    for tls in (settings.brokers.security.tls, *stores, settings.metrics_tls):
        for name, end in ends_of_files(tls).items():
            yield f"{tls.prefix.removeprefix('HARMWATCH_').lower()}_{name}", end


def kafka_certificate(settings: Settings, addresses: Iterable[tuple[str, int]]) -> float | None:
    """Of these brokers the one that ends first; None where none speaks TLS. Raises NotAllowed."""
    security = settings.brokers.security
    if not security.protocol.is_encrypted:
        return None
    ends = [end_at_server(each, security.tls, _PATIENCE_SECONDS) for each in addresses]
    return min((end for end in ends if end is not None), default=None)


def store_certificate(access: Access) -> float | None:
    """Of a Redis; None where it speaks no TLS. Raises NotAllowed."""
    if not access.url.startswith("rediss://"):
        return None
    parts = urlsplit(access.url)
    return end_at_server((parts.hostname or "", parts.port or _REDIS_PORT), access.tls, _PATIENCE_SECONDS)


def server_certificates(settings: Settings) -> Iterator[tuple[str, float]]:
    """`kafka_server` and `redis_server`, where they speak TLS and answer. Raises NotAllowed."""
    split = [address.rpartition(":") for address in settings.brokers]
    ends = {
        "kafka_server": kafka_certificate(settings, [(host.strip("[]"), int(port)) for host, _, port in split]),
        "redis_server": store_certificate(settings.redis_access),
    }
    yield from ((name, end) for name, end in ends.items() if end is not None)


class WorkerCertificates:
    """The gauge of a worker; a file that cannot be read is left out: its log says so when it is used."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def samples(self) -> Iterator[Sample]:
        """For a scrape."""
        try:
            found = list(own_certificates(self._settings))
        except HarmwatchError:
            return
        for name, end in found:
            yield "worker_certificate_expiry_timestamp_seconds", {"of": name}, end


def _stores(settings: Settings) -> Iterator[Access]:
    yield settings.redis_access
    if settings.key_store_access is not None:
        yield settings.key_store_access
