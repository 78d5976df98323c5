"""`subscriptions check --handshake`: each receiver is reached or named, and is told nothing."""

import asyncio
import json
import re
import socket
import ssl
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from tests.delivery.failures.rude_server import Talk, rude_server, saying
from tests.delivery.receiver import Receiver
from tests.delivery.sinks.mail_server import MailServer, by_tls
from tests.delivery.sinks.syslog_server import SyslogServer
from tests.delivery.sinks.test_kinds import MAILBOXES
from tests.delivery.subscribed import a_secret, entry, toml
from tests.end_to_end.installation import Said, say
from tests.secure.certificates import Authority

CLOSED = b"Content-Length: 0\r\nConnection: close\r\n\r\n"


def answering(status: int, *headers: bytes) -> Talk:
    return saying(b"HTTP/1.1 %d x\r\n" % status + b"".join(one + b"\r\n" for one in headers) + CLOSED)


HTTP = {
    "agrees": answering(200, b"WebHook-Allowed-Origin: harmwatch"),
    "anybody": answering(204, b"webhook-allowed-origin: *"),
    "others": answering(200, b"WebHook-Allowed-Origin: eventemitter.example.com"),
    "unaware": answering(405), "asks-who": answering(401), "away-for-now": answering(503),
}  # fmt: skip


def check(folder: Path, *entries: dict[str, Any]) -> Said:
    a_secret(folder / "secrets")
    (folder / "s.toml").write_text(toml(*entries))
    words = ("subscriptions", "check", str(folder / "s.toml"), "--handshake", "--json")
    return say({"HARMWATCH_SECRETS": str(folder / "secrets")}, *words)


def test_what_a_webhook_answers_to_options_is_said_and_what_is_not_reached_is_a_fault(tmp_path: Path) -> None:
    async def test() -> Said:
        async with AsyncExitStack() as stack:
            rude = {name: await stack.enter_async_context(rude_server(talk)) for name, talk in HTTP.items()}
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))  # and does not listen
                urls = {name: one.url for name, one in rude.items()}
                urls["nobody"] = f"http://127.0.0.1:{taken.getsockname()[1]}/hook"
                entries = [entry(id=name, url=url) for name, url in urls.items()]
                entries.append(entry(id="elsewhere", url=urls["agrees"], allow=["10.0.0.0/8"]))
                return await asyncio.to_thread(check, tmp_path, *entries)

    said = asyncio.run(test())
    document = json.loads(said.output)
    assert said.code == 1
    assert {one["subscription"]: (one["cause"], one["status"], one["agrees"]) for one in document["handshakes"]} == {
        "agrees": (None, 200, True), "anybody": (None, 204, True), "others": ("refused", 200, False),
        "unaware": (None, 405, None), "asks-who": (None, 401, None), "away-for-now": (None, 503, None),
        "nobody": ("unreachable", None, None), "elsewhere": ("address", None, None),
    }  # fmt: skip
    assert [(one["subscription"], one["what"]) for one in document["faults"]] == [
        ("others", "handshake: it lets others send alone (200)"), ("nobody", "handshake: unreachable"),
        ("elsewhere", "handshake: address"),
    ]  # fmt: skip
    assert all(one["line"] for one in document["faults"])


def test_mailboxes_and_syslog_are_greeted_and_sent_nothing(tmp_path: Path) -> None:
    syslog, certificate = SyslogServer(tmp_path), Authority(tmp_path, "mail-ca")
    (tmp_path / "ca.pem").write_text(syslog.authority.file.read_text())
    entries = [
        entry(id="siem", sink="syslog", url=syslog.url, keys=[], ca="ca.pem"),
        entry(id="strange", sink="syslog", url=syslog.url, keys=[], ca=certificate.file.name),
    ]
    a_secret(tmp_path / "secrets", "mail.key", "wrong")
    tls = by_tls(*certificate.issue("mail"))
    with (
        syslog.serving(),
        MailServer().serving() as mail,
        MailServer().serving(b"right", tls_context=tls, require_starttls=True) as shut,
    ):
        usual: dict[str, Any] = {"sink": "email", "keys": []} | MAILBOXES
        entries.append(entry(**usual | {"id": "mail", "url": f"smtp://127.0.0.1:{mail.port}"}))
        shut_out = {"id": "shut", "url": f"smtp://localhost:{shut.port}", "user": "desk", "keys": ["mail.key"]}
        entries.append(entry(**usual | shut_out | {"ca": certificate.file.name, "allow": ["127.0.0.0/8", "::1/128"]}))
        document = json.loads(check(tmp_path, *entries).output)
    causes = {one["subscription"]: one["cause"] for one in document["handshakes"]}
    assert causes == {"siem": None, "strange": "certificate", "mail": None, "shut": "unauthorized"}
    assert (syslog.frames, mail.taken, shut.taken) == ([], [], [])


def test_a_certificate_of_another_name_is_a_fault_and_nothing_is_posted(tmp_path: Path) -> None:
    authority, context = Authority(tmp_path), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue("hook", ("elsewhere.example",)))

    async def test() -> tuple[Said, Receiver]:
        async with Receiver().serving(context) as receiver:
            told = entry(url=receiver.url, ca=authority.file.name)
            return await asyncio.to_thread(check, tmp_path, told), receiver

    said, receiver = asyncio.run(test())
    assert re.search("handshake: certificate", said.output)
    assert (said.code, receiver.received) == (1, [])


def test_without_the_flag_nobody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(toml(entry()))
    said = say({}, "subscriptions", "check", str(tmp_path / "s.toml"), "--json")
    assert (said.code, json.loads(said.output)["handshakes"]) == (0, None)
    assert say({}, "subscriptions", "check", str(tmp_path / "s.toml"), "--handshake").code == 2
