"""A Kafka with a listener for every way of being secured, access rules, and a listener in clear for the test alone."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import ScramMechanism, UserScramCredentialDeletion, UserScramCredentialUpsertion

from embedded.child_processes import ChildProcesses
from embedded.folder import name_temporary
from embedded.jars import kafka_jars
from embedded.java import find_java
from embedded.kafka import Installation, Node, kafka, new_cluster_id
from embedded.ports import LOOPBACK, ReservedPort
from embedded.server import Server
from tests.secure.certificates import DAY, Authority

PASSWORD = "a b@:/%#?ü"
PASSWORD_OF_PLAIN = "plain-secret"
LISTENERS = {
    "TLS": "SSL", "MTLS": "SSL", "SCRAM": "SASL_SSL", "TOKEN": "SASL_SSL", "EXPIRED": "SSL", "OTHER": "SSL",
    "NAKED": "SASL_PLAINTEXT",
}  # fmt: skip
_MORE = """
listeners=BROKER://{host}:{clear},CONTROLLER://{host}:{controller},{secured}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,{protocols}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:admin;User:CN=client;User:token
ssl.keystore.type=PEM
ssl.keystore.location={broker}
ssl.truststore.type=PEM
ssl.truststore.location={ca}
ssl.client.auth=none
listener.name.mtls.ssl.client.auth=required
listener.name.expired.ssl.keystore.location={expired}
listener.name.other.ssl.keystore.location={other}
listener.name.scram.sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512,PLAIN
listener.name.scram.scram-sha-256.sasl.jaas.config={scram} required;
listener.name.scram.scram-sha-512.sasl.jaas.config={scram} required;
listener.name.scram.plain.sasl.jaas.config={plain} required user_plain="{password}";
listener.name.naked.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.naked.scram-sha-512.sasl.jaas.config={scram} required;
listener.name.token.sasl.enabled.mechanisms=OAUTHBEARER
listener.name.token.oauthbearer.sasl.jaas.config={oauth} required unsecuredLoginStringClaim_sub="broker";
listener.name.token.connections.max.reauth.ms=3000
"""
_LOGIN = "org.apache.kafka.common.security"


@dataclass(slots=True)
class SecuredKafka:
    """Where it listens, whose certificates it takes, and its server."""

    folder: Path
    ca: Authority
    ports: dict[str, int]
    clear: str
    server: Server

    def address(self, listener: str, host: str = LOOPBACK) -> str:
        """Of one of the listeners."""
        return f"{host}:{self.ports[listener]}"

    def set_password(self, user: str, password: str, mechanism: str = "SCRAM-SHA-512") -> None:
        """A user is there from here on, or has another password."""
        self._alter(UserScramCredentialUpsertion(user, _mechanism(mechanism), password))

    def remove_user(self, user: str) -> None:
        """A user is there no more."""
        self._alter(UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512))

    def _alter(self, change: UserScramCredentialUpsertion | UserScramCredentialDeletion) -> None:
        with self.admin() as client:
            client.alter_user_scram_credentials([change])

    @contextmanager
    def admin(self) -> Iterator[KafkaAdminClient]:
        """Somebody who may do everything."""
        client = KafkaAdminClient(bootstrap_servers=self.clear)
        try:
            yield client
        finally:
            client.close()

    def restart(self) -> None:
        """Every connection is cut."""
        self.server.kill()
        self.server.start()
        self.server.wait_until_ready()


@contextmanager
def secured_kafka(folder: Path) -> Iterator[SecuredKafka]:
    """For as long as the block; certificates lie in `folder`."""
    installation = Installation(find_java(), kafka_jars(lambda _: None), 256)
    ca = Authority(folder)
    with ExitStack() as closing:
        children = ChildProcesses()
        closing.callback(children.release)
        home = name_temporary()
        children.remove_at_end(home)
        home.mkdir(mode=0o700)
        ports = [ReservedPort() for _ in range(2 + len(LISTENERS))]
        for port in ports:
            closing.callback(port.release)
        secured = dict(zip(LISTENERS, ports[2:], strict=True))
        node = Node(new_cluster_id(), 1, ports[0], (ports[1],), _more(ca, ports, secured))
        server = kafka(installation, home / "kafka", node, children)
        server.start()
        server.wait_until_ready()
        numbers = {name: port.number for name, port in secured.items()}
        yield SecuredKafka(folder, ca, numbers, f"{LOOPBACK}:{ports[0].number}", server)


def _more(ca: Authority, ports: list[ReservedPort], secured: dict[str, ReservedPort]) -> str:
    return _MORE.format(
        host=LOOPBACK, clear=ports[0].number, controller=ports[1].number, ca=ca.file, password=PASSWORD_OF_PLAIN,
        secured=",".join(f"{name}://{LOOPBACK}:{port.number}" for name, port in secured.items()),
        protocols=",".join(f"{name}:{protocol}" for name, protocol in LISTENERS.items()),
        broker=_keystore(ca, "broker"),
        expired=_keystore(ca, "expired", until=-DAY),
        other=_keystore(ca, "other", hosts=("kafka.elsewhere.example",)),
        scram=f"{_LOGIN}.scram.ScramLoginModule", plain=f"{_LOGIN}.plain.PlainLoginModule",
        oauth=f"{_LOGIN}.oauthbearer.OAuthBearerLoginModule",
    )  # fmt: skip


def _keystore(ca: Authority, name: str, **how: object) -> Path:
    certificate, key = ca.issue(name, **how)  # type: ignore[arg-type]
    both = certificate.with_name(f"{name}-both.pem")
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both


def _mechanism(name: str) -> ScramMechanism:
    return ScramMechanism[name.replace("-", "_")]
