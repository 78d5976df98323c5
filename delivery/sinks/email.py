"""E-mail: a message for each event, thin, with the event attached; accepted when the first mail server has taken it."""

import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from delivery.mirror import Mirror
from delivery.outcome import Cause, Outcome
from delivery.secrets import Secrets
from delivery.sinks.connection import Connection, talk
from delivery.sinks.email_message import followed, make_message
from delivery.sinks.tls import tls_context
from delivery.sinks.words import read_body
from models.delivery.terms import Terms
from models.delivery.url import is_this_machine
from models.errors import Unavailable

_PORTS = {"smtps": 465, "smtp": 587}
_OK, _LATER = 2, 4
_MOST_LINES, _MOST_BYTES = 100, 64 * 1_024
_LOGIN_REFUSED = (530, 534, 535, 538)


class EmailSink:
    """See Sink. `mirror` None: it can only be tried."""

    def __init__(self, terms: Terms, secrets: Secrets, mirror: Mirror | None = None) -> None:
        self._terms, self._secrets, self._mirror = terms, secrets, mirror

    async def close(self) -> None:
        """There is no connection between two messages."""

    async def send(self, _identity: str, body: bytes) -> Outcome:
        """One message."""
        try:
            follows = await followed(self._terms, read_body(body), self._mirror)
        except Unavailable:  # Kafka is away: it is tried again
            return Outcome(Cause.UNREACHABLE)
        return await talk(self._terms, partial(self._talk, make_message(self._terms, body, follows)))

    async def greet(self) -> Outcome:
        """Whether it is reached, by TLS, and takes our login; there is no message."""
        return await talk(self._terms, partial(self._talk, None))

    def _talk(self, message: EmailMessage | None, connection: Connection) -> Outcome:
        """Raises NotAllowed, OSError; of smtplib's errors those without a code, which are OSErrors."""
        url = urlsplit(self._terms.url)
        host, port = url.hostname or "", url.port or _PORTS[url.scheme]
        smtp = _Smtp(connection, tls_context(self._terms, self._secrets), url.scheme == "smtps")
        try:
            smtp.connect(host, port)
            smtp.ehlo_or_helo_if_needed()
            if url.scheme == "smtp" and not is_this_machine(host):
                smtp.starttls(context=smtp.context)
                connection.hold(cast(socket.socket, smtp.sock))
                smtp.ehlo()  # what was said in clear counts no more
            if self._terms.user is not None:
                smtp.login(self._terms.user, self._secrets.text(self._terms.keys[0]))
            return _judged(smtp.noop()[0] if message is None else self._hand_over(smtp, message))
        except smtplib.SMTPNotSupportedError:
            return Outcome(Cause.CERTIFICATE)  # it speaks no TLS, or knows no login
        except smtplib.SMTPResponseException as error:
            return _judged(error.smtp_code)
        finally:
            smtp.close()

    def _hand_over(self, smtp: smtplib.SMTP, message: EmailMessage) -> int:
        """The code of the first step that is refused, or of the last one."""
        code, _ = smtp.mail(cast(str, self._terms.sender))
        if code // 100 == _OK:
            code, _ = smtp.rcpt(cast(str, self._terms.to))
        if code // 100 == _OK:
            code, _ = smtp.data(message.as_bytes(policy=SMTP))
        return int(code)


class _Reply:
    """Lines of a server, no more of one reply than any server has to say: smtplib itself would keep them without end.

    `readline` raises OSError beyond.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._lines, self._bytes = file, 0, 0
        self.close = file.close

    def begin(self) -> None:
        """Another reply."""
        self._lines = self._bytes = 0

    def readline(self, limit: int) -> bytes:
        """The next line, at most `limit` bytes of it."""
        line = self._file.readline(limit)
        self._lines, self._bytes = self._lines + 1, self._bytes + len(line)
        if self._lines > _MOST_LINES or self._bytes > _MOST_BYTES:
            raise OSError("a reply without end")
        return line


class _Smtp(smtplib.SMTP):
    """Over a connection, and by TLS from its first byte on, or from STARTTLS on."""

    def __init__(self, connection: Connection, context: ssl.SSLContext, is_tls: bool) -> None:
        self._connection, self.context, self._is_tls = connection, context, is_tls
        super().__init__(local_hostname="localhost")  # the machine's name is nobody's business

    def connect(self, host: str = "localhost", port: int = 0, _source: object = None) -> tuple[int, bytes]:
        self._host = host  # whose certificate starttls asks for
        code, answer = super().connect(host, port)
        if code // 100 != _OK:
            raise smtplib.SMTPConnectError(code, answer)
        return code, answer

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib has it, for replies that end. Raises SMTPServerDisconnected."""
        if self.file is None and self.sock is not None:
            self.file = _Reply(self.sock.makefile("rb"))
        if self.file is not None:
            self.file.begin()
        return super().getreply()

    def _get_socket(self, host: str, port: int, _timeout: float) -> socket.socket:
        plain = self._connection.dial(host, port)
        return self._connection.secure(plain, self.context, host) if self._is_tls else plain


def _judged(code: int) -> Outcome:
    if code // 100 == _OK:
        return Outcome(None, code)
    if code in _LOGIN_REFUSED:
        return Outcome(Cause.UNAUTHORIZED, code)
    return Outcome(Cause.FAILING if code // 100 == _LATER else Cause.REFUSED, code)
