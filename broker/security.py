"""How one speaks to Kafka: in clear or with TLS, with or without a login; the same for every client there is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from kafka.net.sasl.oauth import AbstractTokenProvider

from models.access.secret_file import SecretFile
from models.access.tls_context import tls_context
from models.access.tls_files import TlsFiles


class Protocol(StrEnum):
    """What a listener of Kafka speaks."""

    PLAINTEXT = "plaintext"
    TLS = "tls"
    SASL_PLAINTEXT = "sasl_plaintext"
    SASL_TLS = "sasl_tls"

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody in between can read along."""
        return self in (Protocol.TLS, Protocol.SASL_TLS)

    @property
    def has_login(self) -> bool:
        """Whether a client says who it is by SASL."""
        return self in (Protocol.SASL_PLAINTEXT, Protocol.SASL_TLS)


class Mechanism(StrEnum):
    """The ways of SASL."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"
    OAUTHBEARER = "OAUTHBEARER"
    GSSAPI = "GSSAPI"


_NAMES_OF_CLIENTS = {
    Protocol.PLAINTEXT: "PLAINTEXT",
    Protocol.TLS: "SSL",
    Protocol.SASL_PLAINTEXT: "SASL_PLAINTEXT",
    Protocol.SASL_TLS: "SASL_SSL",
}


class TokenOfFile(AbstractTokenProvider):
    """Reads the token again at each login: its writer keeps the file valid."""

    def __init__(self, secret: SecretFile) -> None:
        super().__init__()
        self._secret = secret

    def token(self) -> str:
        """The token. Raises NotAllowed."""
        return self._secret.read()


@dataclass(frozen=True, slots=True)
class Security:
    """What is the same for all brokers. `secret` holds the password, or with OAUTHBEARER the token."""

    protocol: Protocol = Protocol.PLAINTEXT
    tls: TlsFiles = field(default_factory=lambda: TlsFiles("HARMWATCH_KAFKA"))
    mechanism: Mechanism | None = None
    user: str = ""
    secret: SecretFile | None = None

    def options(self) -> dict[str, Any]:  # Any: as the clients take them
        """The arguments for a client of kafka-python or aiokafka: both have the same names for them.

        Raises NotAllowed where the password cannot be read.
        """
        chosen: dict[str, Any] = {"security_protocol": _NAMES_OF_CLIENTS[self.protocol]}
        if self.protocol.is_encrypted:
            chosen["ssl_context"] = tls_context(self.tls)
        if self.protocol.has_login:
            chosen["sasl_mechanism"] = str(self.mechanism)
            if self.mechanism is Mechanism.OAUTHBEARER:
                assert self.secret is not None  # the settings have seen to it
                chosen["sasl_oauth_token_provider"] = TokenOfFile(self.secret)
            elif self.mechanism is not Mechanism.GSSAPI:
                chosen |= {"sasl_plain_username": self.user, "sasl_plain_password": self.password()}
        return chosen

    def password(self) -> str:
        """As it stands in its file now. Raises NotAllowed."""
        assert self.secret is not None  # the settings have seen to it
        return self.secret.read()


PLAINTEXT = Security()


class Brokers(tuple[str, ...]):
    """The addresses of the brokers, each host:port, and how one speaks to them."""

    security: Security

    def __new__(cls, addresses: Iterable[str], security: Security = PLAINTEXT) -> Self:
        """The addresses, with how one is let in there."""
        made = super().__new__(cls, addresses)
        made.security = security
        return made

    def options(self) -> dict[str, Any]:  # Any: as the clients take them
        """The arguments by which a client finds them and is let in. Raises NotAllowed."""
        return {"bootstrap_servers": list(self), **self.security.options()}
