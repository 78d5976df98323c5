"""What a receiver says that is no answer is none, is soon over, and reaches no other request."""

import asyncio
import socket
import ssl
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from delivery.outcome import Cause
from delivery.secrets import Secrets
from delivery.sinks.webhook import Webhook
from tests.delivery.failures.rude_server import Talk, rude_server, saying
from tests.delivery.receiver import Receiver
from tests.delivery.sinks.posting import run, sent
from tests.delivery.subscribed import some_terms
from tests.secure.certificates import Authority

OK = b"HTTP/1.1 200 OK\r\n"
NOTHING = OK + b"Content-Length: 0\r\n\r\n"


async def reset(writer: asyncio.StreamWriter) -> None:
    """RST, and not FIN."""
    plain = writer.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()


def closing(answer: bytes) -> Talk:
    """And says that it stays open."""

    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    return talk


ANSWERS: dict[str, tuple[Talk, Cause | None]] = {
    "reset": (reset, Cause.NO_ANSWER),
    "a head that never ends": (saying(OK, b"X-More: more\r\n", forever=True), Cause.NO_ANSWER),
    "a head that comes byte by byte": (saying(OK, b"x", every_seconds=0.05, forever=True), Cause.NO_ANSWER),
    "interim answers alone": (
        saying(b"HTTP/1.1 103 Early Hints\r\n\r\n", every_seconds=0.01, forever=True), Cause.NO_ANSWER
    ),
    "another protocol": (saying(b"SSH-2.0-OpenSSH_9.2\r\n", every_seconds=2), Cause.NO_ANSWER),
    "a status of four digits": (saying(b"HTTP/1.1 2000 OK\r\n\r\n", every_seconds=2), Cause.NO_ANSWER),
    "a switch of protocols": (saying(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), Cause.FAILING),
    "an interim answer first": (saying(b"HTTP/1.1 103 Early Hints\r\n\r\n", NOTHING), None),
    "a head with a long line": (saying(OK + b"X: " + b"x" * 30_000 + b"\r\nContent-Length: 0\r\n\r\n"), None),
    "a head with many lines": (saying(OK + b"X: y\r\n" * 500 + b"Content-Length: 0\r\n\r\n"), None),
    "a connection that is closed at once": (closing(NOTHING), None),
    "a redirect to itself": (
        saying(b"HTTP/1.1 302 x\r\nLocation: /hook\r\nContent-Length: 0\r\n\r\n"), Cause.REDIRECTED
    ),
    "chunks that are none": (
        saying(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"ZZZ\r\nabc", every_seconds=0.1), None
    ),
    "HTTP/2 and nothing else": (saying(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00", every_seconds=2), Cause.NO_ANSWER),
    "a gibibyte that never comes": (saying(OK + b"Content-Length: 1073741824\r\n\r\n", b"{"), None),
}  # fmt: skip


@pytest.mark.parametrize("kind", ANSWERS)
def test_what_is_no_answer_is_none_and_soon_over(secrets: Secrets, kind: str) -> None:
    talk, cause = ANSWERS[kind]

    async def test() -> None:
        begun = time.monotonic()
        async with rude_server(talk) as rude:
            outcome = await sent(secrets, rude.url, timeout_seconds=1)
        assert (outcome.cause, outcome.status is None) == (cause, cause is Cause.NO_ANSWER)
        assert rude.requests == 1, "a POST is not repeated by the client"
        assert time.monotonic() - begun < 10

    run(test)


def test_what_was_said_before_it_was_asked_answers_nothing(secrets: Secrets) -> None:
    """Two answers to one request: the second would else be taken for that of the next number."""

    async def test() -> None:
        async with rude_server(saying(NOTHING + NOTHING, b"HTTP/1.1 410 Gone\r\n\r\n")) as rude:
            hook = Webhook(some_terms(url=rude.url, timeout_seconds=1), secrets)
            first = await hook.send("v100:1", b"{}")
            await asyncio.sleep(0.05)
            second = await hook.send("v100:2", b"{}")
            await hook.close()
        assert (first.cause, second.cause, rude.requests) == (None, None, 2)

    run(test)


def test_an_address_of_ipv6_is_dialled_where_it_is_allowed(secrets: Secrets) -> None:
    async def test() -> None:
        async with rude_server(saying(NOTHING), "::1") as rude:
            assert (await sent(secrets, rude.url, allow=["::1/128"])).cause is None
            assert (await sent(secrets, rude.url, allow=["127.0.0.0/8"])).cause is Cause.ADDRESS
        assert rude.requests == 1

    run(test)


def http_dates(at: datetime) -> list[str]:
    """The three forms of RFC 9110: IMF-fixdate, RFC 850, asctime."""
    return [at.strftime(form) for form in ("%a, %d %b %Y %X GMT", "%A, %d-%b-%y %X GMT", "%a %b %e %X %Y")]


@pytest.mark.parametrize("form", [0, 1, 2])
@pytest.mark.parametrize("status", [429, 503])
def test_a_later_time_is_read_in_every_form_of_a_date(secrets: Secrets, status: int, form: int) -> None:
    async def busy(_: web.Request) -> web.Response:
        later = http_dates(datetime.now(UTC) + timedelta(minutes=5))[form]
        return web.Response(status=status, headers={"Retry-After": later})

    async def test() -> None:
        async with Receiver([busy]).serving() as receiver:
            outcome = await sent(secrets, receiver.url)
        assert outcome.retry_after_seconds == pytest.approx(300, abs=3)

    run(test)


@pytest.mark.parametrize("wrong", ["the system does not know it", "it is of another authority"])
def test_nothing_is_sent_to_a_certificate_that_proves_nothing(secrets: Secrets, tmp_path: Path, wrong: str) -> None:
    """Nor is it sent in clear then."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*Authority(tmp_path).issue("hook"))
    (tmp_path / "other").mkdir()
    ca = Authority(tmp_path / "other").file.read_text() if wrong == "it is of another authority" else None

    async def test() -> None:
        async with Receiver().serving(context) as receiver:
            outcome = await sent(secrets, receiver.url, ca=ca)
        assert (outcome.cause, receiver.received) == (Cause.CERTIFICATE, [])

    run(test)


def old_tls(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
def test_nothing_is_sent_over_tls_that_is_too_old(secrets: Secrets, tmp_path: Path) -> None:
    """Another client gets through there."""
    authority, context = Authority(tmp_path), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue("hook"))
    lax = old_tls(ssl.create_default_context(cafile=str(authority.file)))

    async def test() -> None:
        async with Receiver().serving(old_tls(context)) as receiver:
            async with aiohttp.ClientSession() as session, session.post(receiver.url, ssl=lax) as response:
                assert response.status == 204
            outcome = await sent(secrets, receiver.url, ca=authority.file.read_text())
        assert outcome.cause in {Cause.CERTIFICATE, Cause.UNREACHABLE}  # it just ends the connection
        assert len(receiver.received) == 1

    run(test)


def test_a_name_of_which_one_address_may_not_be_dialled_leads_there_never(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its good address refuses the connection, so that the next one would be tried."""
    ask, dial, dialled = socket.getaddrinfo, asyncio.SelectorEventLoop.sock_connect, list[Any]()
    addresses = ["127.0.0.1", "169.254.169.254", "::ffff:169.254.169.254"]

    def two_faced(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        if host != "localhost":
            return ask(host, port, *rest, **options)
        return [found for one in addresses for found in ask(one, port, type=socket.SOCK_STREAM)]

    async def watched(loop: Any, sock: Any, address: Any) -> None:
        dialled.append(address[0])
        await dial(loop, sock, address)

    monkeypatch.setattr(socket, "getaddrinfo", two_faced)
    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", watched)
    allow = ["127.0.0.0/8", "169.254.0.0/16", "::ffff:0:0/96"]

    async def test() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # and does not listen
            url = f"https://localhost:{taken.getsockname()[1]}/hook"
            assert (await sent(secrets, url, allow=allow)).cause in {Cause.ADDRESS, Cause.UNREACHABLE}
        assert dialled == ["127.0.0.1"]

    run(test)
