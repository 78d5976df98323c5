"""The roles of `deploy/`: their rights on Kafka and in Redis, as the files there give them."""

import hashlib
import re
from pathlib import Path

from tests.secure.rights import allow
from tests.secure.secured_kafka import SecuredKafka

ROOT = Path(__file__).parents[2]
RIGHTS, USERS = ROOT / "deploy" / "kafka" / "rights.txt", ROOT / "deploy" / "redis" / "users.acl"
BOARD = "v100"


def password_of(role: str) -> str:
    """Of a test alone; of letters that an address would have to encode."""
    return f"{role}-secret@:/%?#"


def kafka_rights(role: str, prefix: str) -> list[str]:
    """`kind:OPERATION:name` each; the cluster has no name."""
    rows = (line.split() for line in RIGHTS.read_text().splitlines() if not line.startswith("#"))
    return [
        f"{kind}:{_operation(operation)}" + ("" if kind == "cluster" else f":{prefix}{name.replace('BOARD', BOARD)}")
        for whose, kind, name, operations in rows
        if whose == role
        for operation in operations.split(",")
    ]


def _operation(word: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).upper()


def kafka_roles() -> list[str]:
    """All of them."""
    lines = RIGHTS.read_text().splitlines()
    return sorted({line.split()[0] for line in lines if not line.startswith("#")})


def give_kafka_rights(kafka: SecuredKafka, role: str, prefix: str) -> None:
    """The user harmwatch-ROLE is there, with its rights under `prefix`."""
    kafka.set_password(f"harmwatch-{role}", password_of(role))
    allow(kafka, f"harmwatch-{role}", kafka_rights(role, prefix))


def redis_users(prefix: str) -> dict[str, list[str]]:
    """Per user, the words behind the name, for the keys of `prefix`."""
    users = {}
    for line in USERS.read_text().splitlines():
        _, name, *words = line.split()
        text = " ".join(words).replace("~harmwatch:", f"~{prefix}harmwatch:")
        role = name.removeprefix("harmwatch-")
        text = text.replace(f"SHA256_OF_{role.upper()}", hashlib.sha256(password_of(role).encode()).hexdigest())
        users[name] = text.split()
    return users
