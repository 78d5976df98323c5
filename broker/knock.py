"""Why a broker does not let us in, found out by knocking: clients of Kafka only tell that they could not connect.

Each step of a connection is taken once by itself: TCP, TLS, a question in clear, which logins are offered, and ours.
The first that fails says what a person has to do.
"""

import socket
import ssl
import time
from contextlib import closing
from typing import Any

from kafka.net.sasl import get_sasl_mechanism

from broker.security import Brokers, Mechanism, Security
from broker.words import API_VERSIONS, HANDSHAKE, SASL, Line, ask, logins, outcome, packed, text
from models.access.tls_context import tls_context
from models.access.tls_faults import alert_fault, certificate_fault, heard_alert, speaks_tls
from models.errors import NotAllowed

PATIENCE_SECONDS = 2.0
_SHORTEST_SECONDS = 0.01
_NOT_SUPPORTED, _NO_LOGIN_HERE = 33, 34
_NONE_SUCH = "none"
_SERVICE_OF_TICKETS = "kafka"
"""As both clients have it."""

_KAFKA = "HARMWATCH_KAFKA"
_WANTS_TLS = (
    f"wants TLS: set {_KAFKA}_SECURITY to tls or sasl_tls, and {_KAFKA}_CA where its CA is not one of the system's"
)
_SPEAKS_NO_TLS = f"speaks no TLS on this port: name its TLS listener in {_KAFKA}, or one in clear in {_KAFKA}_SECURITY"


class KeptOut(Exception):
    """Somebody is there and does not let us in; the text says why, and what to do."""


class _NobodyThere(Exception):
    """No connection was taken, or one was and then nothing came."""


def why_kept_out(brokers: Brokers, patience_seconds: float = PATIENCE_SECONDS) -> str | None:
    """What keeps us out; None where a broker lets us in, or none is there. Takes no longer, however many are silent.

    What one leaves of its share of them, those behind it have.
    """
    until = time.monotonic() + patience_seconds
    for still, address in zip(range(len(brokers), 0, -1), brokers, strict=True):
        try:
            _Visit(address, brokers.security, (until - time.monotonic()) / still).go_in()
        except _NobodyThere:
            continue
        except KeptOut as reason:
            return f"Kafka at {address} {reason}"
        except NotAllowed as reason:  # a secret that cannot be read
            return str(reason)
        return None
    return None


class _Visit:
    def __init__(self, address: str, security: Security, patience_seconds: float) -> None:
        self._until = time.monotonic() + patience_seconds
        host, _, port = address.rpartition(":")
        self._place = host.strip("[]"), int(port)
        self._security = security

    def go_in(self) -> None:
        """Returns where we are let in. Raises KeptOut, NotAllowed, or that nobody is there."""
        try:
            line: Line = socket.create_connection(self._place, self._left)
        except OSError as error:
            raise _NobodyThere from error
        with closing(line):
            if self._security.protocol.is_encrypted:
                line = self._encrypted(line)
            with closing(line):
                self._ask_in_clear(line)
                self._log_in(line)

    @property
    def _left(self) -> float:
        return max(_SHORTEST_SECONDS, self._until - time.monotonic())

    def _ask(self, line: Line, key: int, version: int, body: bytes = b"") -> bytes:
        line.settimeout(self._left)
        return ask(line, key, version, body)

    def _encrypted(self, line: Line) -> ssl.SSLSocket:
        context = tls_context(self._security.tls)
        try:
            context.fresh()
        except OSError as error:
            raise NotAllowed(str(error)) from error
        line.settimeout(self._left)
        try:
            return context.wrap_socket(line, server_hostname=self._place[0])
        except ssl.SSLCertVerificationError as error:
            raise KeptOut(certificate_fault(error, _KAFKA)) from error
        except TimeoutError as error:
            raise _NobodyThere from error
        except OSError as error:
            raise KeptOut(_SPEAKS_NO_TLS if self._answers_in_clear() else self._of_tls(error)) from error

    def _ask_in_clear(self, line: Line) -> None:
        """Which versions are spoken, a broker says before it knows who asks; with TLS 1.3 it refuses only now."""
        try:
            self._ask(line, API_VERSIONS, 0)
        except TimeoutError as error:
            raise _NobodyThere from error
        except OSError as error:
            if self._security.protocol.is_encrypted:
                heard = self._heard_alert() if isinstance(error, ConnectionError) else error
                if heard is None:  # hung up without a word: what is behind it may be away
                    raise _NobodyThere from error
                raise KeptOut(self._of_tls(heard)) from error
            if speaks_tls(*self._place, self._left):
                raise KeptOut(_WANTS_TLS) from error
            raise _NobodyThere from error

    def _log_in(self, line: Line) -> None:
        wanted = self._security.mechanism if self._security.protocol.has_login else None
        try:
            code, offered = logins(self._ask(line, HANDSHAKE, 1, text(wanted or _NONE_SUCH)))
        except OSError as error:
            raise _NobodyThere from error
        if wanted is None:
            if code == _NOT_SUPPORTED:
                raise KeptOut(
                    f"wants a login ({offered}): set {_KAFKA}_SECURITY=sasl_tls, {_KAFKA}_SASL, and who we are"
                )
        elif code == _NO_LOGIN_HERE:
            raise KeptOut(f"takes no login on this port: name its SASL listener, or set {_KAFKA}_SECURITY=tls")
        elif code:
            raise KeptOut(f"does not know the login {_KAFKA}_SASL={wanted}: it offers {offered}")
        else:
            self._say_who_we_are(line)

    def _say_who_we_are(self, line: Line) -> None:
        options, host = self._security.options(), self._place[0]
        try:
            mechanism: Any = get_sasl_mechanism(options["sasl_mechanism"])(  # Any: the client's
                host=host, sasl_kerberos_service_name=_SERVICE_OF_TICKETS, **options
            )
            while not mechanism.is_done():
                code, said, theirs = outcome(self._ask(line, SASL, 0, packed(mechanism.auth_bytes())))
                if code:
                    raise KeptOut(self._of_login(said))
                mechanism.receive(theirs)
        except (TimeoutError, ConnectionError) as error:  # a broker says what it does not like before it hangs up
            raise _NobodyThere from error
        except (KeptOut, NotAllowed):
            raise
        except Exception as error:
            is_of_tickets = self._security.mechanism is Mechanism.GSSAPI  # whose library need not be there, to be named
            if is_of_tickets or isinstance(error, OSError | ValueError):
                raise KeptOut(self._of_login(str(error))) from error
            raise

    def _answers_in_clear(self) -> bool:
        try:
            with closing(socket.create_connection(self._place, self._left)) as line:
                return bool(self._ask(line, API_VERSIONS, 0))
        except OSError:
            return False

    def _of_tls(self, error: OSError) -> str:
        shown = self._security.tls.certificate is not None
        alert = error if isinstance(error, ssl.SSLError) else self._heard_alert()
        said = alert and alert_fault(alert, _KAFKA, shown=shown)
        return said or f"does not finish what TLS begins with ({getattr(error, 'reason', None) or error})"

    def _heard_alert(self) -> ssl.SSLError | None:
        return heard_alert(self._place, tls_context(self._security.tls), self._left)

    def _of_login(self, said: str) -> str:
        if self._security.mechanism is Mechanism.OAUTHBEARER:
            return f"refuses the token of {_KAFKA}_TOKEN_FILE ({said}): have it rewritten"
        if self._security.mechanism is Mechanism.GSSAPI:
            return (
                f"is shown no ticket that it takes ({said}): look at the key table (KRB5_CLIENT_KTNAME), at the clock, "
                f"and whether the brokers' principal is {_SERVICE_OF_TICKETS}/HOST with HOST as {_KAFKA} has it"
            )
        return (
            f"does not let user {self._security.user} in by {self._security.mechanism} ({said}): there is no such user "
            f"(any more), or {_KAFKA}_PASSWORD_FILE holds another password"
        )
