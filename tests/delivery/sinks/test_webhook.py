"""The webhook against a real server: every answer has its cause."""

import asyncio
import gzip
import re
import time
from email.utils import formatdate

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook as Judge

from delivery.outcome import Cause
from delivery.secrets import Secrets
from delivery.sinks.http_sender import ANSWER_BYTES
from delivery.sinks.webhook import Webhook
from tests.delivery.receiver import Receiver
from tests.delivery.sinks.posting import BODY, run, sent
from tests.delivery.subscribed import OTHER_SECRET, SECRET, a_secret, some_terms


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
        await asyncio.sleep(30)
        return 204

    async def test() -> None:
        async with Receiver([cut]).serving() as receiver:
            assert (await sent(secrets, receiver.url)).cause is Cause.NO_ANSWER
        async with Receiver([hang]).serving() as receiver:
            outcome = await sent(secrets, receiver.url, timeout_seconds=1)
        assert (outcome.cause, outcome.status) == (Cause.NO_ANSWER, None)
        assert 900 < outcome.milliseconds < 10_000

    run(test)


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
