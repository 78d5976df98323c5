"""The settings of where metrics are to be had, and behind what."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationInfo, field_validator

from models.access.tls_files import TlsFiles
from runtime.access_settings import KafkaAccess, tls_faults
from runtime.metrics.address import Address, read_address

_METRICS = "HARMWATCH_METRICS"


class MetricsAccess(KafkaAccess):
    """The settings of whatever serves metrics."""

    metrics_cert: Path | None = None
    """The certificate by which metrics go out over TLS, with what leads from it to its CA; empty: they go in clear."""

    metrics_key: Path | None = None
    """Its private key; its owner alone may read it."""

    metrics_ca: Path | None = None
    """A client has to show a certificate of this CA; empty: nobody has to."""

    metrics: str = ""
    """Where a worker, a deliverer, a console or the exporter tells Prometheus its metrics: `unix:/PATH`, or
    `127.0.0.1:PORT`. An address that other machines reach needs `HARMWATCH_METRICS_CERT`, or
    `HARMWATCH_ALLOW_CLEARTEXT=yes`. Empty: nowhere."""

    @field_validator("metrics")
    @classmethod
    def _not_overheard(cls, text: str, info: ValidationInfo) -> str:
        address = read_address(text)
        may = info.data.get("allow_cleartext") or info.data.get("metrics_cert")
        if address is not None and not address.is_of_this_machine and not may:
            raise ValueError(
                f"{address} is reached from other machines: that needs HARMWATCH_METRICS_CERT and _KEY, or "
                "HARMWATCH_ALLOW_CLEARTEXT=yes"
            )
        return text

    @property
    def metrics_tls(self) -> TlsFiles:
        """The files of who answers; `ca` is that of who asks."""
        return TlsFiles(_METRICS, self.metrics_ca, self.metrics_cert, self.metrics_key)

    @property
    def metrics_address(self) -> Address | None:
        """Where metrics are to be had; None: nowhere."""
        address = read_address(self.metrics)
        if address is None or self.metrics_cert is None:
            return address
        return replace(address, tls=self.metrics_tls)

    def metrics_faults(self) -> Iterator[str]:
        """What of it does not go together, or cannot be read."""
        yield from tls_faults(self.metrics_tls)
        if self.metrics_ca is not None and self.metrics_cert is None:
            yield f"{_METRICS}_CA needs {_METRICS}_CERT and _KEY"
        address = self.metrics_address
        if address is not None and address.tls is not None and address.socket is not None:
            yield f"{_METRICS}_CERT and _KEY are for an address HOST:PORT: a socket is of this machine alone"
