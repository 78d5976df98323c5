"""docs/how-to/secure.md as somebody follows it: every command of it, from the first password to a board that works."""

import os
import shutil
import subprocess
import uuid
from contextlib import closing
from pathlib import Path

import pytest
import redis

from embedded.ports import LOOPBACK, ReservedPort
from embedded.valkey import find_valkey
from tests.docs.walk import DOCS, announced, blocks, environment, missing_in
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.secure.certificates import Authority
from tests.secure.kafka_tools import provide
from tests.secure.secured_kafka import PASSWORD_OF_PLAIN, SecuredKafka
from tests.secure.tls_front import tls_front

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(400)]  # a tool of Kafka's for each right
ROOT, PAGE = DOCS.parent, DOCS / "how-to" / "secure.md"
ADMIN = """security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
  username="admin" password="{password}";
ssl.truststore.type=PEM
ssl.truststore.location={ca}
"""


def type_in(blocks_typed: list[str], folder: Path, settings: dict[str, str]) -> str:
    """Into one shell; what was seen. Whatever still runs then is ended."""
    typed = "set -e\n" + "".join(blocks_typed) + "kill $(jobs -p) 2> /dev/null || true\nwait\n"
    done = subprocess.run(
        ["bash"], input=typed, env=environment(**settings), cwd=folder, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_page_ends_in_a_board_that_works(kafka: SecuredKafka, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    kafka.set_password("admin", PASSWORD_OF_PLAIN)
    (tmp_path / "admin.properties").write_text(ADMIN.format(password=PASSWORD_OF_PLAIN, ca=kafka.ca.file))
    (tools := tmp_path / "tools").mkdir()
    provide(tools, kafka.clear)
    both = tmp_path / "ca.pem"
    store_ca = Authority(tmp_path, "store-ca")
    both.write_bytes(kafka.ca.file.read_bytes() + store_ca.file.read_bytes())
    typed, used = blocks(PAGE, "bash"), ReservedPort()
    settings = {
        "BROKER": kafka.address("SCRAM"), "ADMIN": "admin.properties", "CA": str(both),
        "PATH": f"{tools}:{environment()['PATH']}", "HARMWATCH_PREFIX": f"t{uuid.uuid4().hex[:8]}-",
        "HARMWATCH_POLICY": small_policy(tmp_path), "HARMWATCH_SINGLE_NODE": "yes",
    }  # fmt: skip
    with closing(_Held(used)):
        type_in(typed[:4], tmp_path, settings)
        assert {file.stat().st_mode & 0o777 for file in (tmp_path / "secrets").iterdir()} == {0o600}
        command = [str(find_valkey()), "--port", str(used.number), "--bind", LOOPBACK, "--save", ""]
        with subprocess.Popen([*command, "--aclfile", str(tmp_path / "users.acl")], cwd=tmp_path) as server:
            try:
                with tls_front(used.number, *store_ca.issue("redis")) as front:
                    address = f"rediss://{LOOPBACK}:{front.port}/0"
                    seen = type_in(typed[4:], tmp_path, settings | {"REDIS": address})
                    assert missing_in(seen, PAGE) == [], seen
                    assert announced(PAGE)
                with redis.Redis(port=used.number) as nobody, pytest.raises(redis.AuthenticationError):
                    nobody.ping()
            finally:
                server.kill()
    assert os.listdir(tmp_path / "secrets")


class _Held:
    def __init__(self, port: ReservedPort) -> None:
        self._port = port

    def close(self) -> None:
        self._port.release()
