"""The settings of who may do what: how one speaks to Kafka, to Redis and to the key store, and who we are there."""

import importlib.util
import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from broker.security import Brokers, Mechanism, Protocol, Security
from models.access.redis_access import Access, address_fault
from models.access.secret_file import SecretFile
from models.access.tls_files import TlsFiles

PREFIX = "HARMWATCH_"
_KAFKA, _REDIS, _KEY_STORE = "HARMWATCH_KAFKA", "HARMWATCH_REDIS", "HARMWATCH_KEY_STORE"


class HostnameCheck(StrEnum):
    """Whether a certificate must be for the host that was called."""

    ON = "on"
    OFF = "off"


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _left_empty(cls, value: object, info: ValidationInfo) -> object:
        """What is set to nothing is as good as not set."""
        name = info.field_name or ""
        is_set = value != "" or not name.startswith(("kafka_", "redis_", "key_store_", "metrics_", "console_"))
        return value if is_set else cls.model_fields[name].default


class KafkaAccess(_Settings):
    """How this process is let in by Kafka."""

    kafka: Annotated[str, Field(min_length=1)] = "127.0.0.1:9092"
    """The brokers, `host:port`, separated by commas."""

    kafka_security: Protocol = Protocol.PLAINTEXT
    """What their listener speaks; `sasl_plaintext` only with `HARMWATCH_ALLOW_CLEARTEXT=yes`."""

    kafka_ca: Path | None = None
    """The CA that signed the brokers' certificates; empty: those of the system count."""

    kafka_cert: Path | None = None
    """Our certificate, with what leads from it to its CA."""

    kafka_key: Path | None = None
    """Its private key; its owner alone may read it."""

    kafka_key_password_file: Path | None = None
    """A file with the password of that key."""

    kafka_hostname_check: HostnameCheck = HostnameCheck.ON
    """`off`: a broker may show a certificate of another name."""

    kafka_sasl: Mechanism | None = None
    """How we log in; `GSSAPI` needs the extra `kerberos`."""

    kafka_user: str = ""
    """Who we are there."""

    kafka_password_file: Path | None = None
    """A file with the password."""

    kafka_token_file: Path | None = None
    """A file with the token of `OAUTHBEARER`, read again at each login."""

    allow_cleartext: bool = False
    """`yes`: a password, or the metrics, may go over the network in clear; without it that stops the start."""

    @property
    def brokers(self) -> Brokers:
        """The brokers, and how one speaks to them."""
        tls = TlsFiles(
            _KAFKA, self.kafka_ca, self.kafka_cert, self.kafka_key,
            _secret(f"{_KAFKA}_KEY_PASSWORD_FILE", self.kafka_key_password_file),
            self.kafka_hostname_check is HostnameCheck.ON,
        )  # fmt: skip
        token = _secret(f"{_KAFKA}_TOKEN_FILE", self.kafka_token_file)
        password = _secret(f"{_KAFKA}_PASSWORD_FILE", self.kafka_password_file)
        secret = token if self.kafka_sasl is Mechanism.OAUTHBEARER else password
        security = Security(self.kafka_security, tls, self.kafka_sasl, self.kafka_user, secret)
        return Brokers((host.strip() for host in self.kafka.split(",")), security)

    def kafka_faults(self) -> Iterator[str]:
        """What of it does not go together, or cannot be read."""
        security = self.brokers.security
        if security.protocol is Protocol.SASL_PLAINTEXT and not self.allow_cleartext:
            yield f"{_KAFKA}_SECURITY=sasl_plaintext sends the login in clear: HARMWATCH_ALLOW_CLEARTEXT=yes allows it"
        yield from self._unused_files()
        yield from tls_faults(security.tls)
        if security.protocol.has_login:
            yield from self._login_faults()
        elif self.kafka_sasl or self.kafka_user or self.kafka_password_file or self.kafka_token_file:
            yield f"{_KAFKA}_SASL, _USER, _PASSWORD_FILE and _TOKEN_FILE need {_KAFKA}_SECURITY=sasl_tls"

    def _unused_files(self) -> Iterator[str]:
        if not self.kafka_security.is_encrypted and (self.kafka_ca or self.kafka_cert or self.kafka_key):
            yield f"{_KAFKA}_CA, _CERT and _KEY need {_KAFKA}_SECURITY=tls or sasl_tls"

    def _login_faults(self) -> Iterator[str]:
        if self.kafka_sasl is None:
            yield f"{_KAFKA}_SECURITY={self.kafka_security} needs {_KAFKA}_SASL: {', '.join(Mechanism)}"
        elif self.kafka_sasl is Mechanism.GSSAPI:
            if importlib.util.find_spec("gssapi") is None:
                yield f"{_KAFKA}_SASL=GSSAPI needs the extra kerberos: pip install 'harmwatch[kerberos]'"
        elif self.kafka_sasl is Mechanism.OAUTHBEARER:
            yield from _file_faults(f"{_KAFKA}_TOKEN_FILE", self.kafka_token_file, f"{_KAFKA}_SASL=OAUTHBEARER")
        else:
            if not self.kafka_user:
                yield f"{_KAFKA}_SASL={self.kafka_sasl} needs {_KAFKA}_USER"
            yield from _file_faults(
                f"{_KAFKA}_PASSWORD_FILE", self.kafka_password_file, f"{_KAFKA}_SASL={self.kafka_sasl}"
            )


class StoreAccess(_Settings):
    """How this process is let in by Redis and the key store."""

    redis: Annotated[str, Field(min_length=1, repr=False)] = "redis://127.0.0.1:6379/0"
    """Where the board is remembered: `redis://`, `rediss://` (TLS) or `unix://`."""

    redis_user: str = ""
    """The ACL user; empty with a password: `default`."""

    redis_password_file: Path | None = None
    """A file with the password, instead of one in the address."""

    redis_ca: Path | None = None
    """The CA that signed its certificate; empty: those of the system count."""

    redis_cert: Path | None = None
    """Our certificate."""

    redis_key: Path | None = None
    """Its private key; its owner alone may read it."""

    key_store: Annotated[str, Field(repr=False)] = ""
    """Where the keys of sealed records lie: a folder, or a Redis of its own (`redis://`, `rediss://`, `unix://`)."""

    key_store_user: str = ""
    """As `HARMWATCH_REDIS_USER`, where the key store is a Redis; the same with the next four."""

    key_store_password_file: Path | None = None
    """A file with the password."""

    key_store_ca: Path | None = None
    """The CA."""

    key_store_cert: Path | None = None
    """Our certificate."""

    key_store_key: Path | None = None
    """Its private key."""

    @property
    def redis_access(self) -> Access:
        """Where the board is remembered, and who we are there."""
        tls = TlsFiles(_REDIS, self.redis_ca, self.redis_cert, self.redis_key)
        password = _secret(f"{_REDIS}_PASSWORD_FILE", self.redis_password_file)
        return Access(self.redis, _REDIS, self.redis_user, password, tls)

    @property
    def key_store_access(self) -> Access | None:
        """The same of a key store in Redis; None where it is a folder, or there is none."""
        if "://" not in self.key_store:
            return None
        tls = TlsFiles(_KEY_STORE, self.key_store_ca, self.key_store_cert, self.key_store_key)
        password = _secret(f"{_KEY_STORE}_PASSWORD_FILE", self.key_store_password_file)
        return Access(self.key_store, _KEY_STORE, self.key_store_user, password, tls)

    def store_faults(self) -> Iterator[str]:
        """What of both does not go together, or cannot be read."""
        for access in filter(None, (self.redis_access, self.key_store_access)):
            yield from _access_faults(access)
        if self.key_store and self.key_store_access is None and self._has_more_of_key_store:
            yield f"{_KEY_STORE}_USER, _PASSWORD_FILE, _CA, _CERT and _KEY are for a key store in Redis"

    @property
    def _has_more_of_key_store(self) -> bool:
        files = (self.key_store_password_file, self.key_store_ca, self.key_store_cert, self.key_store_key)
        return self.key_store_user != "" or any(file is not None for file in files)


def _access_faults(access: Access) -> Iterator[str]:
    if (fault := address_fault(access.url, access.setting)) is not None:
        yield fault
        return
    name = access.setting
    if access.names_user and (access.user or access.password):
        yield f"{name} names user or password, and {name}_USER or _PASSWORD_FILE does: leave one of them out"
    if access.user and access.password is None:
        yield f"{name}_USER needs {name}_PASSWORD_FILE"
    if access.password is not None and (fault := access.password.fault()) is not None:
        yield fault
    if access.tls.paths() and not access.url.startswith("rediss://"):
        yield f"{name}_CA, _CERT and _KEY need an address that begins with rediss://"
    yield from tls_faults(access.tls)


def _secret(setting: str, path: Path | None) -> SecretFile | None:
    return None if path is None else SecretFile(setting, path)


def _file_faults(setting: str, path: Path | None, wanted_by: str) -> Iterator[str]:
    if path is None:
        yield f"{wanted_by} needs {setting}"
    elif (fault := SecretFile(setting, path).fault()) is not None:
        yield fault


def tls_faults(tls: TlsFiles) -> Iterator[str]:
    """What of the files does not go together, or cannot be read."""
    if (tls.certificate is None) != (tls.key is None):
        yield f"{tls.prefix}_CERT and {tls.prefix}_KEY go together"
    for name, path in (("CA", tls.ca), ("CERT", tls.certificate)):
        if path is not None and not os.access(path, os.R_OK):
            yield f"{tls.prefix}_{name}: {path} is not there, or not to be read"
    yield from filter(None, (secret.fault() for secret in tls.secrets()))
