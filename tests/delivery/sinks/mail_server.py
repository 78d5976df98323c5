"""A mail server that remembers what it took, and answers as it is told; aiosmtpd, in a thread of its own."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from embedded.ports import ReservedPort


@dataclass
class MailServer:
    """`refuses`: an answer for a step (`MAIL`, `RCPT`, `DATA`)."""

    refuses: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(self, *given: Any) -> str:  # noqa: N802  (aiosmtpd finds it by this name)
        _, _, envelope, address, _ = given
        envelope.mail_from = address
        return self.refuses.get("MAIL", "250 OK")

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802  (aiosmtpd finds it by this name)
        _, _, envelope, address, _ = given
        envelope.rcpt_tos.append(address)
        return self.refuses.get("RCPT", "250 OK")

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  (the same)
        if "DATA" in self.refuses:
            return self.refuses["DATA"]
        message = message_from_bytes(bytes(envelope.original_content or b""), policy=default)
        self.taken.append((envelope.mail_from or "", envelope.rcpt_tos, message))
        return "250 taken"

    @contextmanager
    def serving(self, password: bytes | None = None, **options: Any) -> Iterator["MailServer"]:
        """`password`: that of the user `desk`, who has to log in."""

        def judge(*told: Any) -> AuthResult:
            return AuthResult(success=told[-1] == LoginPassword(b"desk", password or b""), handled=False)

        reserved = ReservedPort()
        self.port = reserved.number
        login: dict[str, Any] = {"authenticator": judge, "auth_required": True} if password else {}
        controller = Controller(self, "127.0.0.1", self.port, **login, **options)
        reserved.release()
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


def by_tls(certificate: Any, key: Any) -> ssl.SSLContext:
    """Of a server with this certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context
