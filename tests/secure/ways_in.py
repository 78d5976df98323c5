"""The settings by which one is let in at each listener of the secured Kafka."""

import base64
import json
import time
from pathlib import Path

from tests.secure.secured_kafka import PASSWORD, PASSWORD_OF_PLAIN, SecuredKafka


def secret(folder: Path, name: str, text: str) -> str:
    """A file that nobody else may read."""
    file = folder / name
    file.touch(mode=0o600)
    file.write_text(text)
    return str(file)


def token(lives_seconds: float = 3_600.0, name: str = "token") -> str:
    """One that nobody has signed: the broker of these tests takes it."""
    claims = {"sub": name, "iat": time.time(), "exp": time.time() + lives_seconds}
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def _part(part: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def ways_in(kafka: SecuredKafka, folder: Path) -> dict[str, dict[str, str]]:
    """By name, the settings without their prefix."""
    certificate, key = kafka.ca.issue("client")
    encrypted = {"kafka_ca": str(kafka.ca.file)}
    login = encrypted | {"kafka_security": "sasl_tls", "kafka": kafka.address("SCRAM"), "kafka_user": "worker"}
    password = {"kafka_password_file": secret(folder, "password", f"{PASSWORD}\n")}
    return {
        "plaintext": {"kafka": kafka.clear},
        "tls": encrypted | {"kafka_security": "tls", "kafka": kafka.address("TLS")},
        "mtls": encrypted
        | {"kafka_security": "tls", "kafka": kafka.address("MTLS")}
        | {"kafka_cert": str(certificate), "kafka_key": str(key)},
        "scram-256": login | password | {"kafka_sasl": "SCRAM-SHA-256"},
        "scram-512": login | password | {"kafka_sasl": "SCRAM-SHA-512"},
        "plain": login
        | {"kafka_sasl": "PLAIN", "kafka_user": "plain"}
        | {"kafka_password_file": secret(folder, "plain", PASSWORD_OF_PLAIN)},
        "token": encrypted
        | {"kafka_security": "sasl_tls", "kafka": kafka.address("TOKEN"), "kafka_sasl": "OAUTHBEARER"}
        | {"kafka_token_file": secret(folder, "token", token())},
        "in-clear": password
        | {"kafka_security": "sasl_plaintext", "kafka": kafka.address("NAKED"), "kafka_user": "worker"}
        | {"kafka_sasl": "SCRAM-SHA-512", "allow_cleartext": "yes"},
    }
