"""E-mail to a real mail server: thin, one message a number, and the server's code decides."""

import asyncio
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import delivery.alert_log
from delivery.alert_log import AlertLog
from delivery.bodies import make_body
from delivery.delivery_event import DeliveryEvent
from delivery.mirror import Mirror
from delivery.outcome import Cause, Outcome
from delivery.secrets import Secrets
from delivery.sinks.email import EmailSink
from delivery.sinks.email_message import make_message
from harmwatch_client import Event
from models.delivery.terms import Terms
from models.errors import Unavailable
from tests.client.published import a_move
from tests.delivery.recalls import OPENED, a_recall
from tests.delivery.sinks.mail_server import MailServer, by_tls
from tests.delivery.subscribed import a_secret, entry, some_terms, toml
from tests.delivery.test_alert_log import event_of, history, log_of
from tests.delivery.test_subscriptions_file import faults_of
from tests.secure.certificates import Authority

MAILBOXES = {"sender": "harmwatch@force.example", "to": "duty@force.example"}
NASTY = ["a\r\nBcc: x@example.org\r\n\r\nb", "nul\x00", "x" * 127 + "é"]


def mail_terms(url: str, **told: Any) -> Terms:
    return some_terms(**{"sink": "email", "url": url, "keys": []} | MAILBOXES | told)


def a_body(who: str = "p7", number: int = 3) -> bytes:
    return make_body(DeliveryEvent.of(event_of(a_move(7, offender_id=who), 0)), "desk", "thin", number, number - 1)


def sent(terms: Terms, folder: Path, *bodies: bytes, mirror: Mirror | None = None) -> list[Outcome]:
    async def test() -> list[Outcome]:
        sink = EmailSink(terms, Secrets(folder), mirror)
        return [await sink.send("v100:7", body) for body in bodies]

    return asyncio.run(test())


@pytest.mark.parametrize("name", NASTY)
def test_a_message_says_which_alert_and_nobodys_name(tmp_path: Path, name: str) -> None:
    body = a_body(name)
    with MailServer().serving() as server:
        (outcome,) = sent(mail_terms(f"smtp://127.0.0.1:{server.port}"), tmp_path, body)
    assert (outcome.cause, outcome.status) == (None, 250)
    ((sender, to, message),) = server.taken
    assert (sender, to) == (MAILBOXES["sender"], [MAILBOXES["to"]])
    assert message["subject"] == "[3] harmwatch v100: a person has entered the band (v100:7)"
    assert message["auto-submitted"] == "auto-generated"
    assert "bcc" not in message
    text, attached = message.iter_parts()
    assert "harmwatch explain v100:7" in text.get_content()
    assert attached.get_payload(decode=True) == body
    assert not any(part in message.as_string() for part in (name, name.strip("\x00")))


def test_a_message_that_comes_again_has_the_same_id_and_another_alert_or_subscription_another_one() -> None:
    terms, other = mail_terms("smtp://127.0.0.1"), mail_terms("smtp://127.0.0.1", id="other")
    bodies = [make_body(DeliveryEvent.of(event), "desk", "thin", 3, 2) for event in history(["a", "b"], baseline=False)]
    ids = [
        make_message(one, body)["message-id"]
        for one, body in ((terms, bodies[0]), (terms, bodies[1]), (other, bodies[0]))
    ]
    assert ids[0] == make_message(terms, bodies[0])["message-id"]
    assert len(set(ids)) == 3


def test_the_end_of_a_stay_and_a_recall_answer_to_the_message_that_they_are_about(tmp_path: Path) -> None:
    """Whose entrance was never sent alone answers to a message that nobody has, as after any that is lost."""
    events = history(["b", "a", "b"], baseline=True)  # a was in before
    told = [DeliveryEvent.of(event) for event in events]
    told += [DeliveryEvent.recall("v100", 9, a_recall(sequence), OPENED) for sequence in (6, 8)]
    bodies = [make_body(one, "desk", "thin", number, number - 1) for number, one in enumerate(told, 1)]
    with MailServer().serving() as server:
        outcomes = sent(mail_terms(f"smtp://127.0.0.1:{server.port}"), tmp_path, *bodies, mirror=Mirror(log_of(events)))
    assert {one.cause for one in outcomes} == {None}
    messages = [message for _, _, message in server.taken]
    ids = [message["message-id"] for message in messages]
    assert len(set(ids)) == len(ids)
    assert [ids.index(one["references"]) if one["references"] in ids else None for one in messages] == [
        None, None, None, 1, 1, 3
    ]  # fmt: skip
    assert all(one["in-reply-to"] == one["references"] for one in messages)
    assert [bool(one["references"]) for one in messages] == [False, False, True, True, True, True]


def test_a_mailbox_waits_while_kafka_does_not_say_whose_stay_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery.alert_log, "_NEWEST", 1)

    def fetch(_offset: int, _count: int) -> list[Event]:
        raise Unavailable("Kafka is away")

    events, alerts = history(["b", "b"], baseline=False), AlertLog(fetch)
    for event in events:
        alerts.take(event)
    body = make_body(DeliveryEvent.of(events[1]), "desk", "thin", 2, 1)
    with MailServer().serving() as server:
        (outcome,) = sent(mail_terms(f"smtp://127.0.0.1:{server.port}"), tmp_path, body, mirror=Mirror(alerts))
    assert (outcome.cause, server.taken) == (Cause.UNREACHABLE, [])


@pytest.mark.parametrize(
    ("refuses", "cause", "status"),
    [
        ({"MAIL": "550 no such sender"}, Cause.REFUSED, 550), ({"RCPT": "550 no such mailbox"}, Cause.REFUSED, 550),
        ({"RCPT": "451 greylisted"}, Cause.FAILING, 451), ({"DATA": "552 too large"}, Cause.REFUSED, 552),
        ({"MAIL": "530 log in first"}, Cause.UNAUTHORIZED, 530), ({"DATA": "421 closing"}, Cause.FAILING, 421),
    ],
)  # fmt: skip
def test_every_code_has_its_cause(tmp_path: Path, refuses: dict[str, str], cause: Cause, status: int) -> None:
    with MailServer(refuses).serving() as server:
        (outcome,) = sent(mail_terms(f"smtp://127.0.0.1:{server.port}"), tmp_path, a_body())
    assert (outcome.cause, outcome.status, server.taken) == (cause, status, [])


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """`localhost` is an address that may be elsewhere, and here it is the server's."""
    monkeypatch.setattr(socket, "getaddrinfo", _only_ipv4(socket.getaddrinfo))
    return Authority(tmp_path)


@pytest.mark.parametrize(("password", "cause"), [("s3cret", None), ("wrong", Cause.UNAUTHORIZED)])
def test_it_logs_in_behind_starttls(authority: Authority, tmp_path: Path, password: str, cause: Cause | None) -> None:
    a_secret(tmp_path / "secrets", "mail.key", password)
    context = by_tls(*authority.issue("mail"))
    with MailServer().serving(b"s3cret", tls_context=context, require_starttls=True) as server:
        url, ca = f"smtp://localhost:{server.port}", authority.file.read_text()
        (outcome,) = sent(mail_terms(url, ca=ca, keys=["mail.key"], user="desk"), tmp_path / "secrets", a_body())
    assert (outcome.cause, len(server.taken)) == (cause, int(cause is None))


@pytest.mark.parametrize("believed", [True, False])
def test_by_smtps_it_speaks_tls_from_the_first_byte_on(authority: Authority, tmp_path: Path, believed: bool) -> None:
    (tmp_path / "other").mkdir()
    issuer = authority if believed else Authority(tmp_path / "other")
    with MailServer().serving(ssl_context=by_tls(*issuer.issue("mail"))) as server:
        terms = mail_terms(f"smtps://127.0.0.1:{server.port}", ca=authority.file.read_text())
        (outcome,) = sent(terms, tmp_path, a_body())
    assert (outcome.cause, len(server.taken)) == (None if believed else Cause.CERTIFICATE, int(believed))


def test_to_a_server_elsewhere_nothing_is_sent_in_clear(authority: Authority, tmp_path: Path) -> None:
    """Whoever stands in between can say that there is no STARTTLS."""
    with MailServer().serving() as server:
        terms = mail_terms(f"smtp://localhost:{server.port}", ca=authority.file.read_text())
        (outcome,) = sent(terms, tmp_path, a_body())
    assert (outcome.cause, server.taken) == (Cause.CERTIFICATE, [])


def _only_ipv4(ask: Any) -> Any:
    def asked(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        return ask("127.0.0.1" if host == "localhost" else host, port, *rest, **options)

    return asked


def test_one_that_hangs_is_no_answer_and_other_addresses_are_not_dialled(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        (outcome,) = sent(mail_terms(url, timeout_seconds=1), tmp_path, a_body())
        assert outcome.cause is Cause.NO_ANSWER
        assert 900 < outcome.milliseconds < 10_000
        assert sent(mail_terms(url, allow=["10.0.0.0/8"]), tmp_path, a_body())[0].cause is Cause.ADDRESS


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_one_that_drips_is_cut_when_its_time_is_over(authority: Authority, tmp_path: Path, scheme: str) -> None:
    """A byte now and then keeps every single wait short, and the thread would be held for ever."""
    context = by_tls(*authority.issue("mail"))

    def drip(listener: socket.socket) -> None:
        plain, _ = listener.accept()
        with context.wrap_socket(plain, server_side=True) if scheme == "smtps" else plain as taken, suppress(OSError):
            for _ in range(200):
                taken.sendall(b"2")
                threading.Event().wait(0.1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
        begun = time.monotonic()
        (outcome,) = sent(mail_terms(url, ca=authority.file.read_text(), timeout_seconds=1), tmp_path, a_body())
        assert time.monotonic() - begun < 10  # with its thread, for which the loop's end waits
        thread.join(20)
    assert outcome.cause is Cause.NO_ANSWER


@pytest.mark.parametrize("line", [b"250-more\r\n", b"250-" + b"x" * 4_000 + b"\r\n"], ids=["lines", "bytes"])
@pytest.mark.parametrize("before", [[], [b"220 hello\r\n"], [b"220 hello\r\n", b"250 hello\r\n"]])
def test_a_reply_without_end_is_cut_long_before_its_time_is_over(
    tmp_path: Path, line: bytes, before: list[bytes]
) -> None:
    """All lines of a reply are kept, and a server on a quick line would fill the memory."""

    def flood(listener: socket.socket) -> None:
        taken, _ = listener.accept()
        with taken, suppress(OSError):
            for reply in before:
                taken.sendall(reply)
                taken.recv(1_000)
            while True:
                taken.sendall(line * 10)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=flood, args=(listener,))
        thread.start()
        url = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        (outcome,) = sent(mail_terms(url, timeout_seconds=30), tmp_path, a_body())
        thread.join(20)
    assert outcome.cause is Cause.NO_ANSWER
    assert outcome.milliseconds < 20_000


def test_a_password_without_a_user_is_a_fault(tmp_path: Path) -> None:
    told = entry(sink="email", url="smtps://mail.example", **MAILBOXES)
    assert faults_of(tmp_path, toml(told)) == ["line 1: desk: user: is missing: keys names the file of a password"]


def test_its_terms_name_mailboxes_and_are_thin(tmp_path: Path) -> None:
    told = {"sink": "email", "url": "smtps://mail.example", "keys": [], "content": "full", "user": "desk"}
    assert faults_of(tmp_path, toml(entry(**told, sender="a@b\r\nBcc: c@d"))) == [
        "line 1: desk: to: is missing",
        "line 9: desk: content: is to be thin: what goes to email is kept by others",
        "line 10: desk: user: is for alertmanager and email, with the file of its password in keys",
        "line 11: desk: sender: is to be a mailbox such as duty@force.example",
    ]
