"""The webhook against a real server: every answer has its cause, and no address is dialled that may not be."""

import asyncio
import gzip
import re
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook as Judge

from delivery.outcome import Cause, Outcome
from delivery.secrets import Secrets
from delivery.sinks.http_sender import ANSWER_BYTES
from delivery.sinks.webhook import Webhook
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import OTHER_SECRET, SECRET, a_secret, some_terms
from tests.secure.certificates import Authority

BODY = '{"data":{"name":"é\\r\\n\\u0000"}}'.encode()


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    a_secret(tmp_path / "secrets")
    return Secrets(tmp_path / "secrets")


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def within_a_minute() -> None:
        async with asyncio.timeout(60):
            await test()

    asyncio.run(within_a_minute())


async def sent(secrets: Secrets, url: str, **terms: Any) -> Outcome:
    hook = Webhook(some_terms(url=url, **terms), secrets)
    try:
        return await hook.send("v100:17", BODY)
    finally:
        await hook.close()


def test_the_bytes_that_come_are_those_that_were_signed(secrets: Secrets) -> None:
    a_secret(secrets.folder, "next.key", OTHER_SECRET)

    async def test() -> None:
        async with Receiver().serving() as receiver:
            outcome = await sent(secrets, receiver.url, keys=["next.key", "desk.key"])
        (got,) = receiver.received
        assert (outcome.cause, outcome.status, got.body) == (None, 204, BODY)
        for secret in (SECRET, OTHER_SECRET):
            Judge(secret).verify(got.body, got.headers, json_parse=False)
        assert got.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
        assert got.headers["webhook-id"] == "v100:17"
        assert got.headers["user-agent"].startswith("harmwatch/")
        assert "cookie" not in got.headers

    run(test)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (200, None), (202, None), (299, None), (302, Cause.REDIRECTED), (307, Cause.REDIRECTED),
        (400, Cause.REFUSED), (404, Cause.REFUSED), (413, Cause.REFUSED), (401, Cause.UNAUTHORIZED),
        (403, Cause.UNAUTHORIZED), (408, Cause.FAILING), (409, Cause.CONFLICT), (410, Cause.GONE), (429, Cause.BUSY),
        (500, Cause.FAILING), (503, Cause.FAILING), (599, Cause.FAILING),
    ],
)  # fmt: skip
def test_every_status_has_its_cause_and_nothing_but_2xx_is_accepted(
    secrets: Secrets, status: int, cause: Cause | None
) -> None:
    async def test() -> None:
        async with Receiver([status]).serving() as receiver:
            outcome = await sent(secrets, receiver.url)
        assert (outcome.cause, outcome.status) == (cause, status)

    run(test)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120), ("in a while", None), ("-5", None), ("9" * 40, None), ("a date", 600),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", None),
        ("Wed, 21 Oct 2026 07:28:00 +99999999999999999999", None),
    ],
)  # fmt: skip
def test_what_a_receiver_asks_for_is_read_in_both_forms(secrets: Secrets, text: str, seconds: float | None) -> None:
    async def busy(_: web.Request) -> web.Response:
        asked = formatdate(time.time() + 600, usegmt=True) if text == "a date" else text
        return web.Response(status=429, headers={"Retry-After": asked})

    async def test() -> None:
        async with Receiver([busy]).serving() as receiver:
            outcome = await sent(secrets, receiver.url)
        assert outcome.cause is Cause.BUSY
        assert outcome.retry_after_seconds == (None if seconds is None else pytest.approx(seconds, abs=3))

    run(test)


def test_a_fault_of_a_request_is_no_answer_and_says_its_kind_alone(
    secrets: Secrets, caplog: pytest.LogCaptureFixture
) -> None:
    """A label with an empty part: aiohttp raises a UnicodeError, which is none of the errors of a connection."""
    terms = some_terms().model_copy(update={"url": "https://secret..example.org/hook"})

    async def test() -> None:
        hook = Webhook(terms, secrets)
        assert (await hook.send("v100:1", BODY)).cause is Cause.NO_ANSWER
        await hook.close()

    run(test)
    assert re.search(r"a request ended with Unicode(Encode)?Error", caplog.text)  # Python 3.13 has the narrower one
    assert "secret" not in caplog.text


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


def test_a_redirect_is_not_followed(secrets: Secrets) -> None:
    async def test() -> None:
        async with Receiver().serving() as other:

            async def elsewhere(_: web.Request) -> web.Response:
                return web.Response(status=307, headers={"Location": other.url})

            async with Receiver([elsewhere]).serving() as receiver:
                outcome = await sent(secrets, receiver.url)
        assert (outcome.cause, other.received) == (Cause.REDIRECTED, [])

    run(test)


def test_a_connection_that_ends_without_an_answer_and_a_receiver_that_hangs_have_given_none(secrets: Secrets) -> None:
    async def cut(request: web.Request) -> int:
        assert request.transport is not None
        request.transport.close()
        return 204

    async def hang(_: web.Request) -> int:
        await asyncio.sleep(5)
        return 204

    async def test() -> None:
        async with Receiver([cut]).serving() as receiver:
            assert (await sent(secrets, receiver.url)).cause is Cause.NO_ANSWER
        async with Receiver([hang]).serving() as receiver:
            outcome = await sent(secrets, receiver.url, timeout_seconds=1)
        assert (outcome.cause, outcome.status) == (Cause.NO_ANSWER, None)
        assert 900 < outcome.milliseconds < 3_000

    run(test)


def test_nobody_there_is_told_apart(secrets: Secrets) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/hook"
        run(lambda: expect(secrets, url, Cause.UNREACHABLE))


async def expect(secrets: Secrets, url: str, cause: Cause, **terms: Any) -> None:
    assert (await sent(secrets, url, **terms)).cause is cause


@pytest.mark.parametrize("kind", ["endless", "slow", "compressed"])
def test_of_an_answer_without_end_little_is_read_and_its_status_counts(secrets: Secrets, kind: str) -> None:
    told = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal told
        response = web.StreamResponse(headers={"Content-Encoding": "gzip"} if kind == "compressed" else {})
        await response.prepare(request)
        part = gzip.compress(bytes(50_000_000)) if kind == "compressed" else b"x" * 65_536
        for _ in range(1_000):
            if kind == "slow":
                part = b"x"
                await asyncio.sleep(0.05)
            await response.write(part)
            told += len(part)
        return response

    async def test() -> None:
        async with Receiver([endless, 204]).serving() as receiver:
            hook = Webhook(some_terms(url=receiver.url), secrets)
            first, second = await hook.send("a:1", BODY), await hook.send("a:2", BODY)
            await hook.close()
        assert (first.cause, first.status, second.status) == (None, 200, 204)
        assert told < 100 * ANSWER_BYTES

    run(test)


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


def test_a_key_that_cannot_be_used_any_more_sends_nothing_unsigned(secrets: Secrets) -> None:
    async def test() -> None:
        async with Receiver().serving() as receiver:
            hook = Webhook(some_terms(url=receiver.url), secrets)
            assert (await hook.send("v100:1", BODY)).cause is None
            (secrets.folder / "desk.key").chmod(0o644)
            assert (await hook.send("v100:2", BODY)).cause is Cause.KEYS
            await hook.close()
        assert len(receiver.received) == 1

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


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (409, b'{"expected": 9}', 9), (409, b'{"expected": "9"}', None), (409, b'{"expected": true}', None),
        (409, b'{"expected": -1}', None), (409, b"[9]", None), (409, b"[" * 20_000, None), (409, b"\xff", None),
        (409, b'{"expected": 9}' + b" " * ANSWER_BYTES * 2, 9), (400, b'{"expected": 9}', None),
    ],
)  # fmt: skip
def test_a_number_that_a_receiver_misses_is_read_of_409_alone(
    secrets: Secrets, status: int, body: bytes, expected: int | None
) -> None:
    async def test() -> None:
        async with Receiver([web.Response(status=status, body=body)]).serving() as receiver:
            assert (await sent(secrets, receiver.url)).expected == expected

    run(test)
