"""Mutual TLS: what we show of ourselves, and that nothing is sent where it cannot be shown."""

import asyncio
import ssl
import subprocess
from pathlib import Path

import pytest

from delivery.outcome import Cause
from delivery.secrets import Secrets
from delivery.sinks.webhook import Webhook
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import a_secret, entry, some_terms, toml
from tests.delivery.test_subscriptions_file import check
from tests.secure.certificates import Authority

BODY = b'{"data":{}}'


class Mutual:
    """A receiver that asks for a certificate of its CA, and a folder with one."""

    def __init__(self, folder: Path) -> None:
        self.authority, self.folder = Authority(folder), folder / "secrets"
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(self.authority.file))
        self.context.load_cert_chain(*self.authority.issue("hook"))
        self.context.verify_mode = ssl.CERT_REQUIRED
        a_secret(self.folder)
        self.show(self.authority)

    def show(self, authority: Authority) -> None:
        """From here on a certificate of this CA."""
        certificate, key = authority.issue("harmwatch")
        a_secret(self.folder, "client.pem", certificate.read_text() + key.read_text())

    def hook(self, url: str, certificate: str | None = "client.pem") -> Webhook:
        terms = some_terms(url=url, ca=self.authority.file.read_text(), certificate=certificate)
        return Webhook(terms, Secrets(self.folder))


@pytest.fixture
def mutual(tmp_path: Path) -> Mutual:
    return Mutual(tmp_path)


def test_a_receiver_that_asks_for_our_certificate_gets_it(mutual: Mutual) -> None:
    async def test() -> None:
        async with Receiver().serving(mutual.context) as receiver:
            hook = mutual.hook(receiver.url)
            assert (await hook.send("v100:1", BODY)).cause is None
            await hook.close()
        assert len(receiver.received) == 1

    asyncio.run(test())


UNBELIEVED = {Cause.CERTIFICATE, Cause.NO_ANSWER, Cause.UNREACHABLE}
"""Many receivers refuse a certificate by ending the connection, and say nothing of why."""


@pytest.mark.parametrize("shown", [None, "of another authority"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_one_that_does_not_believe_us_is_sent_nothing(
    mutual: Mutual, tmp_path: Path, shown: str | None, version: ssl.TLSVersion
) -> None:
    (tmp_path / "other").mkdir()
    mutual.context.maximum_version = version
    mutual.show(Authority(tmp_path / "other"))

    async def test() -> None:
        async with Receiver().serving(mutual.context) as receiver:
            hook = mutual.hook(receiver.url, None if shown is None else "client.pem")
            assert (await hook.send("v100:1", BODY)).cause in UNBELIEVED
            await hook.close()
        assert receiver.received == []

    asyncio.run(test())


def test_a_certificate_that_is_replaced_is_shown_from_the_next_request_on(mutual: Mutual, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()

    async def test() -> None:
        async with Receiver().serving(mutual.context) as receiver:
            hook = mutual.hook(receiver.url)
            assert (await hook.send("v100:1", BODY)).cause is None
            mutual.show(Authority(tmp_path / "other"))
            assert (await hook.send("v100:2", BODY)).cause in UNBELIEVED
            mutual.show(mutual.authority)
            assert (await hook.send("v100:2", BODY)).cause is None
            await hook.close()
        assert len(receiver.received) == 2

    asyncio.run(test())


@pytest.mark.parametrize("fault", ["gone", "open", "no key", "with a password"])
def test_one_that_cannot_be_shown_sends_nothing_and_the_check_says_why(
    mutual: Mutual, tmp_path: Path, fault: str
) -> None:
    file = mutual.folder / "client.pem"
    certificate, key = mutual.authority.issue("harmwatch")
    if fault == "gone":
        file.unlink()
    elif fault == "open":
        file.chmod(0o644)
    elif fault == "no key":
        a_secret(mutual.folder, "client.pem", certificate.read_text())
    else:
        words = ["openssl", "pkcs8", "-topk8", "-in", str(key), "-passout", "pass:hunter2"]
        held = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        a_secret(mutual.folder, "client.pem", certificate.read_text() + held)

    async def test() -> None:
        async with Receiver().serving(mutual.context) as receiver:
            hook = mutual.hook(receiver.url)
            assert (await hook.send("v100:1", BODY)).cause is Cause.KEYS
            await hook.close()
        assert receiver.received == []

    asyncio.run(test())
    code, found = check(tmp_path, toml(entry(certificate="client.pem")), HARMWATCH_SECRETS=str(mutual.folder))
    assert (code, [fault["line"] for fault in found["faults"]]) == (1, [1])
    assert "client.pem" in found["faults"][0]["what"]
