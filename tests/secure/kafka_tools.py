"""The tools of Kafka that a page calls. `kafka-configs.sh` is Kafka's own; `kafka-acls.sh` is not among the embedded
jars, so that a program of ours stands in, which takes the same words and gives the rights to the real broker."""

import argparse
import shlex
import sys
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePattern, ResourceType

from embedded.jars import kafka_jars
from embedded.java import find_java
from embedded.kafka import Installation

ROOT = Path(__file__).parents[2]
_KINDS = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP, "transactional_id": ResourceType.TRANSACTIONAL_ID,
          "cluster": ResourceType.CLUSTER}  # fmt: skip
_OPERATIONS = {"Read": "READ", "Write": "WRITE", "Create": "CREATE", "Describe": "DESCRIBE",
               "DescribeConfigs": "DESCRIBE_CONFIGS", "AlterConfigs": "ALTER_CONFIGS"}  # fmt: skip


def provide(folder: Path, clear: str) -> None:
    """Puts both into a folder; the stand-in goes to the broker at `clear`, whatever address it is given."""
    command = Installation(find_java(), kafka_jars(lambda _: None), 128).command("kafka.admin.ConfigCommand")
    _program(folder / "kafka-configs.sh", shlex.join(command))
    here = f"env PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)} -m tests.secure.kafka_tools {clear}"
    _program(folder / "kafka-acls.sh", here)


def _program(file: Path, command: str) -> None:
    file.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    file.chmod(0o755)


def _acls(words: list[str]) -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("clear")
    for name in ("--bootstrap-server", "--command-config", "--allow-principal", "--topic", "--group"):
        parser.add_argument(name)
    parser.add_argument("--transactional-id")
    parser.add_argument("--add", action="store_true", required=True)
    parser.add_argument("--operation", action="append", choices=list(_OPERATIONS), required=True)
    parser.add_argument("--cluster", action="store_const", const="kafka-cluster")
    given = parser.parse_args(words)
    ((kind, name),) = [(kind, getattr(given, kind)) for kind in _KINDS if getattr(given, kind) is not None]
    pattern = ResourcePattern(_KINDS[kind], name, ACLResourcePatternType.LITERAL)
    rules = [
        ACL(given.allow_principal, "*", ACLOperation[_OPERATIONS[word]], ACLPermissionType.ALLOW, pattern)
        for word in given.operation
    ]
    client = KafkaAdminClient(bootstrap_servers=given.clear)
    client.create_acls(rules)
    client.close()


if __name__ == "__main__":
    _acls(sys.argv[1:])
