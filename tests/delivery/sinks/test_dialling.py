"""No address is dialled that may not be, and no server is trusted that cannot show who it is."""

import asyncio
import socket
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from delivery.outcome import Cause
from delivery.secrets import Secrets
from delivery.sinks.webhook import Webhook
from tests.delivery.receiver import Receiver
from tests.delivery.sinks.posting import BODY, expect, run, sent
from tests.delivery.subscribed import some_terms
from tests.secure.certificates import Authority


@pytest.mark.parametrize("ca", ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_an_authority_that_cannot_be_read_sends_nothing(secrets: Secrets, ca: str) -> None:
    terms = some_terms().model_copy(update={"ca": ca})

    async def test() -> None:
        async with Receiver().serving() as receiver:
            hook = Webhook(terms.model_copy(update={"url": receiver.url}), secrets)
            assert (await hook.send("v100:1", BODY)).cause is Cause.CERTIFICATE
            await hook.close()
        assert receiver.received == []

    run(test)


def test_nobody_there_is_distinguished(secrets: Secrets) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/hook"
        run(lambda: expect(secrets, url, Cause.UNREACHABLE))


@pytest.mark.parametrize("wrong", ["nothing", "authority", "host", "expired", "clear"])
def test_a_certificate_that_does_not_fit_stops_everything(secrets: Secrets, tmp_path: Path, wrong: str) -> None:
    (tmp_path / "other").mkdir()
    ours, other = Authority(tmp_path), Authority(tmp_path / "other")
    issuer = other if wrong == "authority" else ours
    hosts = ("elsewhere.example",) if wrong == "host" else ("127.0.0.1",)
    until = timedelta(days=-1 if wrong == "expired" else 5)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*issuer.issue("hook", hosts, until=until))

    async def test() -> None:
        async with Receiver().serving(None if wrong == "clear" else context) as receiver:
            url = receiver.url.replace("http://", "https://")
            outcome = await sent(secrets, url, ca=ours.file.read_text())
        expected = {"nothing": None, "clear": Cause.CERTIFICATE}.get(wrong, Cause.CERTIFICATE)
        assert (outcome.cause, len(receiver.received)) == (expected, int(wrong == "nothing"))

    run(test)


def test_a_name_that_leads_elsewhere_the_second_time_is_not_dialled(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first answer is good, the second one leads to the metadata of the cloud."""
    answers = ["127.0.0.1", "169.254.169.254"]
    ask = socket.getaddrinfo

    def rebinding(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        if host != "localhost":
            return ask(host, port, *rest, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    dialled: list[Any] = []
    dial = asyncio.SelectorEventLoop.sock_connect

    async def watched(loop: Any, sock: Any, address: Any) -> None:
        dialled.append(address[0])
        await dial(loop, sock, address)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", watched)

    async def test() -> None:
        async with Receiver([500]).serving() as receiver:
            url = receiver.url.replace("http://127.0.0.1", "https://localhost")
            for cause in (Cause.CERTIFICATE, Cause.ADDRESS):
                await expect(secrets, url, cause, allow=["127.0.0.0/8", "169.254.0.0/16"])
        assert dialled == ["127.0.0.1"]

    run(test)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::ffff:127.0.0.1]", "[::1]", "10.1.2.3", "[fe80::1]", "169.254.169.254"]
)
def test_an_address_that_is_written_out_is_judged_as_well(secrets: Secrets, host: str) -> None:
    run(lambda: expect(secrets, f"https://{host}:1/hook", Cause.ADDRESS, allow=[]))
