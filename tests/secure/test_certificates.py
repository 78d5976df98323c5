"""When certificates end is seen before they have: in our files, at a server, by the doctor and in metrics."""

import datetime
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.doctor import kafka, machine, store
from cli.doctor.check import Check, Finding, State
from cli.doctor.examination import Examination
from cli.doctor.patient import Patient
from cli.service.outside_view import certificate_samples
from models.access.certificate_ends import end_at_server, ends_of_files
from models.access.tls_files import TlsFiles
from models.errors import NotAllowed
from runtime.certificates import WorkerCertificates, own_certificates, server_sources
from runtime.settings import Settings
from tests.secure.certificates import DAY, Authority
from tests.secure.tls_front import tls_front


@contextmanager
def server(ca: Authority, until: datetime.timedelta) -> Iterator[int]:
    """Shows a certificate that does so long; its port."""
    with socket.socket() as behind:
        behind.bind(("127.0.0.1", 0))
        behind.listen()
        with tls_front(behind.getsockname()[1], *ca.issue("server", until=until)) as front:
            yield front.port


def days(end: float | None) -> float:
    assert end is not None
    return round((end - time.time()) / DAY.total_seconds(), 2)


def found(settings: Settings, check: Check) -> Finding:
    (finding,) = Examination(Patient(settings), [Check(check.name, check.look, check.remedy)]).run(5)
    return finding


def check_of(name: str) -> Check:
    return next(check for check in (*machine.CHECKS, *kafka.CHECKS, *store.CHECKS) if check.name == name)


def test_a_chain_ends_with_its_first_and_a_file_of_cas_with_its_last(tmp_path: Path) -> None:
    old, new = Authority(tmp_path, "old"), Authority(tmp_path, "new")
    certificate, key = old.issue("client", until=5 * DAY)
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(certificate.read_bytes() + new.file.read_bytes())
    ends = ends_of_files(TlsFiles("HARMWATCH_KAFKA", bundle, bundle, key))
    assert {name: days(end) for name, end in ends.items()} == {"ca": 30, "cert": 5}
    assert ends_of_files(TlsFiles("HARMWATCH_KAFKA")) == {}


@pytest.mark.parametrize("until", [10 * DAY, 2 * DAY, -DAY])
def test_a_servers_certificate_is_looked_at_even_when_it_has_ended(tmp_path: Path, until: datetime.timedelta) -> None:
    ca = Authority(tmp_path)
    with server(ca, until) as port:
        end = end_at_server(("127.0.0.1", port), TlsFiles("HARMWATCH_KAFKA", ca.file), 5)
    assert days(end) == until / DAY


def test_a_ca_that_ends_sooner_ends_what_it_has_signed(tmp_path: Path) -> None:
    ca = Authority(tmp_path)  # it does for 30 days
    with server(ca, 300 * DAY) as port:
        place = "127.0.0.1", port
        known = end_at_server(place, TlsFiles("HARMWATCH_KAFKA", ca.file), 5)
        stranger = end_at_server(place, TlsFiles("HARMWATCH_KAFKA", Authority(tmp_path, "stranger").file), 5)
    assert (days(known), days(stranger)) == (30, 300)


def test_where_nobody_shows_one_there_is_none(tmp_path: Path) -> None:
    assert end_at_server(("127.0.0.1", 1), TlsFiles("HARMWATCH_KAFKA"), 1) is None
    (tmp_path / "empty.pem").write_text("no certificate")
    with pytest.raises(NotAllowed, match=r"HARMWATCH_KAFKA_CA: .*empty\.pem holds no certificate"):
        ends_of_files(TlsFiles("HARMWATCH_KAFKA", tmp_path / "empty.pem"))
    plain = Settings(kafka="127.0.0.1:1", redis="redis://127.0.0.1:1/0")
    assert [*own_certificates(plain), *shown_by_servers(plain), *WorkerCertificates(plain).samples()] == []


def shown_by_servers(settings: Settings) -> Iterator[tuple[str, float]]:
    for ask in server_sources(settings):
        yield from ask().items()


def secured(ca: Authority, port: int, until: datetime.timedelta) -> Settings:
    certificate, key = ca.issue("client", until=until)
    given = {
        "kafka": f"127.0.0.1:{port}", "kafka_security": "tls", "kafka_ca": ca.file, "kafka_cert": certificate,
        "kafka_key": key, "redis": f"rediss://127.0.0.1:{port}/0", "redis_ca": ca.file,
    }  # fmt: skip
    return Settings.model_validate(given)


def test_metrics_tell_of_every_certificate_that_there_is(tmp_path: Path) -> None:
    ca = Authority(tmp_path)
    with server(ca, 7 * DAY) as port:
        settings = secured(ca, port, 4 * DAY)
        servers = {name: days(end) for name, end in shown_by_servers(settings)}
    assert servers == {"kafka_server": 7, "redis_server": 7}
    told = {labels["of"]: days(end) for _, labels, end in WorkerCertificates(settings).samples()}
    assert told == {"kafka_ca": 30, "kafka_cert": 4, "redis_ca": 30}


def test_a_file_that_cannot_be_read_hides_no_other_certificate(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ca = Authority(tmp_path)
    with server(ca, 7 * DAY) as port:
        settings = secured(ca, port, 4 * DAY)
        (broken := tmp_path / "broken.pem").write_text("no certificate")
        broken_ca = settings.model_copy(update={"redis_ca": broken})
        settings = settings.model_copy(update={"kafka_cert": broken})
        own = {labels["of"] for _, labels, _ in WorkerCertificates(settings).samples()}
        seen = [{labels["of"] for _, labels, _ in certificate_samples(each)} for each in (settings, broken_ca)]
    assert own == {"kafka_ca", "redis_ca"}
    assert seen == [{"kafka_ca", "redis_ca", "redis_server"}, {"kafka_ca", "kafka_cert", "kafka_server"}]
    assert "HARMWATCH_KAFKA_CERT" in caplog.text


@pytest.mark.parametrize(("left", "state"), [(25, State.GOOD), (10, State.WEAK), (2, State.FAULT), (-2, State.FAULT)])
@pytest.mark.parametrize("name", ["machine.certificates", "kafka.certificate", "store.certificate"])
def test_the_doctor_tells_in_time(tmp_path: Path, name: str, left: int, state: State) -> None:
    ca, until = Authority(tmp_path), left * DAY + DAY / 2
    with server(ca, until) as port:
        finding = found(secured(ca, port, until), check_of(name))
    assert finding.state is state
    assert ("renewed" in finding.remedy) is (state is not State.GOOD)
