"""The certificates of an installation by name, and until when each does (Unix seconds)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from models.access.certificate_ends import end_at_server, ends_of_files
from models.access.redis_access import Access
from models.access.tls_files import TlsFiles
from models.errors import HarmwatchError
from runtime.metrics.meters import Sample
from runtime.settings import Settings

_PATIENCE_SECONDS = 2.0
_REDIS_PORT = 6379


CertificateSource = Callable[[], Mapping[str, float]]
"""Asks one file, or the servers of one kind, until when their certificates do, by name. Raises NotAllowed."""


def own_sources(settings: Settings) -> Iterator[CertificateSource]:
    """One for each file that settings name, by the setting: `kafka_ca`, `redis_cert` and so on."""
    stores = (access.tls for access in _stores(settings))
    for tls in (settings.brokers.security.tls, *stores, settings.metrics_tls, settings.console_tls):
        yield partial(_ends_by_name, replace(tls, certificate=None, key=None))
        yield partial(_ends_by_name, replace(tls, ca=None))


def own_certificates(settings: Settings) -> Iterator[tuple[str, float]]:
    """What all of these tell. Raises NotAllowed at the first that cannot be read."""
    for ask in own_sources(settings):
        yield from ask().items()


def readable_certificates(settings: Settings) -> Iterator[tuple[str, float]]:
    """The same, but a file that cannot be read is left out: the log of who uses it says so then."""
    for ask in own_sources(settings):
        with suppress(HarmwatchError):
            yield from ask().items()


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


def server_sources(settings: Settings) -> Iterator[CertificateSource]:
    """`kafka_server` and `redis_server`, where they speak TLS and answer."""
    split = [address.rpartition(":") for address in settings.brokers]
    addresses = [(host.strip("[]"), int(port)) for host, _, port in split]
    yield lambda: _where_shown("kafka_server", kafka_certificate(settings, addresses))
    yield lambda: _where_shown("redis_server", store_certificate(settings.redis_access))


class WorkerCertificates:
    """The gauge of a worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def samples(self) -> Iterator[Sample]:
        """For a scrape."""
        for name, end in readable_certificates(self._settings):
            yield "worker_certificate_expiry_timestamp_seconds", {"of": name}, end


def _ends_by_name(tls: TlsFiles) -> Mapping[str, float]:
    of = tls.prefix.removeprefix("HARMWATCH_").lower()
    return {f"{of}_{name}": end for name, end in ends_of_files(tls).items()}


def _where_shown(name: str, end: float | None) -> Mapping[str, float]:
    return {} if end is None else {name: end}


def _stores(settings: Settings) -> Iterator[Access]:
    yield settings.redis_access
    if settings.key_store_access is not None:
        yield settings.key_store_access
