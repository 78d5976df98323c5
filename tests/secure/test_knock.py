"""A knock finds out who keeps us out, soon, and accuses nobody who is merely not there."""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from broker.knock import PATIENCE_SECONDS, KeptOut, _Visit, why_kept_out
from broker.security import Brokers, Mechanism, Protocol, Security
from models.access.tls_faults import certificate_fault
from models.access.tls_files import TlsFiles
from tests.secure.certificates import Authority
from tests.secure.tls_front import tls_front


@pytest.fixture
def silent() -> Iterator[list[str]]:
    """Where three listen that never answer, as brokers do that stand still."""
    with ExitStack() as opened:
        ports = [opened.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(3)]
        yield [f"127.0.0.1:{port}" for port in ports]


def test_three_that_are_silent_take_no_longer_than_one(silent: list[str]) -> None:
    began_at = time.monotonic()
    assert why_kept_out(Brokers(silent)) is None
    assert time.monotonic() - began_at < 2 * PATIENCE_SECONDS


def test_who_hangs_up_behind_tls_without_a_word_keeps_nobody_out(tmp_path: Path) -> None:
    """As a front does whose broker is away."""
    ca = Authority(tmp_path)
    with tls_front(1, *ca.issue("front")) as front:
        tls = TlsFiles("HARMWATCH_KAFKA", ca.file)
        brokers = Brokers([f"localhost:{front.port}"], Security(Protocol.TLS, tls))
        assert why_kept_out(brokers) is None


def test_without_a_ticket_a_person_hears_where_to_look() -> None:
    """Also where Kerberos is not installed at all."""
    visit = _Visit("localhost:1", Security(Protocol.SASL_PLAINTEXT, mechanism=Mechanism.GSSAPI), PATIENCE_SECONDS)
    here, there = socket.socketpair()
    with here, there, pytest.raises(KeptOut, match="look at the key table"):
        visit._say_who_we_are(here)


def test_a_certificate_that_is_not_valid_yet_points_to_the_clocks() -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = 9  # X509_V_ERR_CERT_NOT_YET_VALID
    assert "is not valid yet: look at the clocks" in certificate_fault(error, "HARMWATCH_KAFKA")
