"""A cluster and a store behind TLS, logins and rights, where everything that lets a worker in is replaced under it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from embedded.cluster import Cluster
from embedded.ports import LOOPBACK, ReservedPort
from tests.crash.brokers import await_copies, freeze_one
from tests.crash.scene import Scene
from tests.crash.surroundings import let_traffic_pass
from tests.secure.certificates import Authority
from tests.secure.roles import give_kafka_rights, password_of, redis_users
from tests.secure.secured_kafka import SecuredKafka
from tests.secure.tls_front import Front, tls_front
from tests.secure.ways_in import secret

_MORE = """
listeners=BROKER://{host}:{clear},CONTROLLER://{host}:{controller},SECURED://{host}:{secured}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={ca}
listener.name.secured.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.secured.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
"""
_WORKER = "harmwatch-worker"
_DEAD_SECONDS = 5.0


class SecuredCluster(Cluster):
    """Beside its listener in clear, which is the test's, each broker has one for workers: TLS, SCRAM, access rules."""

    def __init__(self, folder: Path, nodes: int = 3) -> None:
        super().__init__(nodes)
        self._folder = folder
        self.ca = Authority(folder, "kafka-ca")
        self._secured = [ReservedPort() for _ in range(nodes)]
        self._keystore = folder / "kafka-both.pem"
        self.show(self.ca)

    def show(self, ca: Authority) -> None:
        """A broker that starts from here on shows a certificate of this CA."""
        certificate, key = ca.issue("kafka")
        self._keystore.write_bytes(key.read_bytes() + certificate.read_bytes())
        self.ca = ca

    def _more_of(self, node: int) -> str:
        return _MORE.format(
            host=LOOPBACK, clear=self._ports[node - 1].number, controller=self._controllers[node - 1].number,
            secured=self._secured[node - 1].number, keystore=self._keystore, ca=self.ca.file,
        )  # fmt: skip

    @property
    def addresses(self) -> str:
        """Of the secured listeners."""
        return ",".join(f"{LOOPBACK}:{port.number}" for port in self._secured)

    @property
    def users(self) -> SecuredKafka:
        """By whom users and rights are given."""
        return SecuredKafka(self._folder, self.ca, {}, self.kafka, self._servers[0])


@contextmanager
def secured(scene: Scene) -> Iterator[None]:
    """The workers of a scene are let in by TLS and logins alone, with the rights of `deploy/`."""
    cluster, prefix = _cluster(scene), scene.settings.prefix
    give_kafka_rights(cluster.users, "worker", prefix)
    ca = Authority(scene.folder, "redis-ca")
    with redis.Redis.from_url(scene.stack.redis) as store:
        store.execute_command("ACL", "SETUSER", _WORKER, "reset", *redis_users(prefix)[_WORKER])
    port = int(scene.stack.redis.rpartition(":")[2].partition("/")[0])
    with tls_front(port, *ca.issue("redis")) as front:
        given = {
            "KAFKA": cluster.addresses, "KAFKA_SECURITY": "sasl_tls", "KAFKA_SASL": "SCRAM-SHA-512",
            "KAFKA_USER": _WORKER, "KAFKA_CA": _copy(cluster.ca, scene.folder / "trusted-kafka.pem"),
            "KAFKA_PASSWORD_FILE": secret(scene.folder, "worker-kafka", password_of("worker")),
            "REDIS": f"rediss://{LOOPBACK}:{front.port}/0", "REDIS_USER": _WORKER,
            "REDIS_CA": _copy(ca, scene.folder / "trusted-redis.pem"),
            "REDIS_PASSWORD_FILE": secret(scene.folder, "worker-redis", password_of("worker")),
        }  # fmt: skip
        scene.crew.know({f"HARMWATCH_{name}": value for name, value in given.items()})
        scene.front = front
        yield


def replace_everything_and_lose_brokers(scene: Scene) -> None:
    """A broker stands still; passwords become others; so do certificates and their CAs, while each broker is killed."""
    freeze_one(scene)
    _replace_passwords(scene)
    let_traffic_pass(scene, _DEAD_SECONDS)
    _replace_certificate_of_the_store(scene)
    cluster, trusted = _cluster(scene), scene.folder / "trusted-kafka.pem"
    (folder := scene.folder / "another").mkdir()
    another = Authority(folder, "another-kafka-ca")
    trusted.write_bytes(trusted.read_bytes() + another.file.read_bytes())
    cluster.show(another)
    for node in cluster.nodes:
        cluster.kill(node)
        try:
            let_traffic_pass(scene, _DEAD_SECONDS)
        finally:
            cluster.start(node)
        await_copies(scene)
    trusted.write_bytes(another.file.read_bytes())


def _replace_passwords(scene: Scene) -> None:
    """On the servers first, then on disk: whoever logs in in between is refused, and tries again."""
    fresh = f"another {time.time()}"
    _cluster(scene).users.set_password(_WORKER, fresh)
    with redis.Redis.from_url(scene.stack.redis) as store:
        store.execute_command("ACL", "SETUSER", _WORKER, "resetpass", f">{fresh}")
    for server in ("kafka", "redis"):
        (scene.folder / f"worker-{server}").write_text(fresh)
    _front(scene).cut()


def _replace_certificate_of_the_store(scene: Scene) -> None:
    (folder := scene.folder / "redis-again").mkdir()
    another = Authority(folder, "another-redis-ca")
    _copy(another, scene.folder / "trusted-redis.pem")
    _front(scene).show(*another.issue("redis"))
    _front(scene).cut()


def _copy(ca: Authority, to: Path) -> str:
    to.write_bytes(ca.file.read_bytes())
    return str(to)


def _cluster(scene: Scene) -> SecuredCluster:
    assert isinstance(scene.cluster, SecuredCluster)
    return scene.cluster


def _front(scene: Scene) -> Front:
    assert scene.front is not None
    return scene.front
