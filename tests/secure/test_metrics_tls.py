"""Metrics over TLS: for those who know the CA, or only for those who show a certificate; files are read again."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter
from pydantic import ValidationError

from cli.doctor.check import State
from embedded.ports import LOOPBACK, ReservedPort
from models.errors import PreconditionFailed
from runtime.certificates import own_certificates
from runtime.metrics.scrape import serving
from runtime.settings import Settings
from tests.cli.test_doctor import found
from tests.secure.certificates import Authority
from tests.secure.test_settings import faults


@pytest.fixture
def ca(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def settings(ca: Authority, **more: object) -> Settings:
    certificate, key = ca.issue("metrics")
    return Settings.model_validate({"metrics_cert": certificate, "metrics_key": key, **more})


@contextmanager
def told(given: Settings) -> Iterator[str]:
    """Where metrics are to be had."""
    registry = CollectorRegistry()
    Counter("told", "told", registry=registry).inc()
    reserved = ReservedPort()
    try:
        with serving(given.model_copy(update={"metrics": f"{LOOPBACK}:{reserved.number}"}).metrics_address, registry):
            yield f"{LOOPBACK}:{reserved.number}"
    finally:
        reserved.release()


def scrape(address: str, ca: Authority, shown: tuple[Path, Path] | None = None) -> str:
    context = ssl.create_default_context(cafile=str(ca.file))
    if shown is not None:
        context.load_cert_chain(*shown)
    with closing(urllib.request.urlopen(f"https://{address}/metrics", context=context, timeout=10)) as answer:
        text: str = answer.read().decode()
        return text


def test_who_knows_the_ca_is_answered_and_who_asks_in_clear_is_not(ca: Authority) -> None:
    with told(settings(ca)) as address:
        assert "told_total 1.0" in scrape(address, ca)
        with pytest.raises(OSError, match=r"."):
            urllib.request.urlopen(f"http://{address}/metrics", timeout=10)


def test_where_a_certificate_is_asked_for_only_who_shows_one_is_answered(ca: Authority, tmp_path: Path) -> None:
    (other := tmp_path / "other").mkdir()
    stranger = Authority(other, "stranger")
    with told(settings(ca, metrics_ca=ca.file)) as address:
        assert "told_total 1.0" in scrape(address, ca, ca.issue("prometheus"))
        for shown in (None, stranger.issue("prometheus")):
            with pytest.raises((urllib.error.URLError, OSError)):
                scrape(address, ca, shown)


def test_a_replaced_certificate_is_shown_to_the_next_and_half_of_one_is_not(ca: Authority, tmp_path: Path) -> None:
    (other := tmp_path / "other").mkdir()
    another = Authority(other, "another")
    given = settings(ca)
    assert given.metrics_cert is not None
    with told(given) as address:
        certificate, key = another.issue("metrics")
        given.metrics_cert.write_bytes(certificate.read_bytes())
        assert "told_total 1.0" in scrape(address, ca)  # the key is still to come
        (tmp_path / "metrics-key.pem").write_bytes(key.read_bytes())
        assert "told_total 1.0" in scrape(address, another)


def test_files_that_never_fit_stop_the_start(ca: Authority, tmp_path: Path) -> None:
    given = settings(ca)
    (tmp_path / "metrics-key.pem").write_bytes(ca.issue("else")[1].read_bytes())
    with pytest.raises(PreconditionFailed, match="HARMWATCH_METRICS"), told(given):
        pass


def test_with_a_certificate_other_machines_may_ask(ca: Authority) -> None:
    secured = settings(ca, metrics="0.0.0.0:9464")
    assert dict(own_certificates(secured)).keys() == {"metrics_cert"}
    finding = found(secured, "machine.metrics")
    assert (finding.state, "over TLS" in finding.text) == (State.GOOD, True)
    with pytest.raises(ValidationError, match="HARMWATCH_METRICS_CERT"):
        Settings(metrics="0.0.0.0:9464")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"metrics_cert": "CERT"}, "HARMWATCH_METRICS_CERT and HARMWATCH_METRICS_KEY go together"),
        ({"metrics_ca": "CERT"}, "HARMWATCH_METRICS_CA needs HARMWATCH_METRICS_CERT and _KEY"),
        ({"metrics_cert": "CERT", "metrics_key": "KEY", "metrics": "unix:/run/m"}, "are for an address HOST:PORT"),
        ({"metrics_cert": "", "metrics_key": ""}, ""),
    ],
)
def test_what_does_not_go_together_is_named(
    given: dict[str, str], says: str, ca: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = ca.issue("metrics")
    places = {"CERT": str(certificate), "KEY": str(key)}
    said = faults(monkeypatch, tmp_path, **{name: places.get(value, value) for name, value in given.items()})
    assert says in said
    assert bool(said) is bool(says)
