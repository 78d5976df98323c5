"""Every client is let in where it should be; where it is not, one message says why and what to do."""

import uuid
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from broker.clients import PartitionReader, admin, producer
from broker.knock import why_kept_out
from models.errors import NotAllowed, Unavailable
from runtime.settings import Settings
from streams.relay.transactions import Transactions
from streams.transport.sender import Sender
from tests import kafka_transactions
from tests.secure.certificates import Authority
from tests.secure.cut_line import line_cut_after
from tests.secure.rights import allow
from tests.secure.secured_kafka import SecuredKafka
from tests.secure.ways_in import secret, token, ways_in

pytestmark = pytest.mark.stack

WAYS = ["plaintext", "tls", "mtls", "scram-256", "scram-512", "plain", "token", "in-clear"]


@dataclass(frozen=True, slots=True)
class Scene:
    """One way in, and what may be changed of it."""

    kafka: SecuredKafka
    folder: Path
    way: dict[str, str]

    def settings(self, **changed: str | None) -> Settings:
        """Those of the way, but for what is changed; None: left out."""
        given = {name: value for name, value in (self.way | changed).items() if value is not None}
        return Settings(**given)  # type: ignore[arg-type]  # as texts, which is how they come


@pytest.mark.parametrize("name", WAYS)
def test_every_client_is_let_in(name: str, kafka: SecuredKafka, tmp_path: Path) -> None:
    settings = Settings(**ways_in(kafka, tmp_path)[name])  # type: ignore[arg-type]
    assert why_kept_out(settings.brokers) is None
    with kafka.admin() as somebody:
        topic = f"t{uuid.uuid4().hex[:8]}"
        somebody.create_topics({topic: {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
        allow_everything(kafka)
    with closing(admin(settings.brokers)) as client:
        assert client.describe_topics([topic])[0]["name"] == topic
    with closing(producer(settings.brokers)) as sender:
        sender.send(topic, b"by kafka-python").get(20)
    with closing(Sender(settings.brokers, topic, 1)) as ours:
        ours.send(None, b"by our sender")
        ours.flush()
    with closing(Transactions(settings.brokers, f"{topic}-relay", [topic])) as transactions:
        transactions.fence()
        transactions.add(topic, None, b"by a relay", [])
        transactions.commit()
    with kafka.admin() as somebody:
        kafka_transactions.settle(somebody, f"{topic}-relay")
    with closing(PartitionReader(settings.brokers, topic, 0)) as reader:
        values = [record.value for record in reader.read_until(reader.end())]
    assert values == [b"by kafka-python", b"by our sender", b"by a relay"]


def allow_everything(kafka: SecuredKafka) -> None:
    """For who is no super user."""
    for user in ("worker", "plain"):
        allow(kafka, user, ["topic:ALL:*", "group:ALL:*", "transactional-id:ALL:*", "cluster:ALL"])


Change = Callable[[SecuredKafka, Path], dict[str, str | None]]


def _address(listener: str, host: str = "127.0.0.1") -> Change:
    return lambda kafka, _: {"kafka": kafka.address(listener, host)}


def _stranger(_: SecuredKafka, folder: Path) -> dict[str, str | None]:
    certificate, key = Authority(folder, "stranger").issue("client-of-a-stranger")
    return {"kafka_cert": str(certificate), "kafka_key": str(key)}


def _no_ca_of_ours(_: SecuredKafka, folder: Path) -> dict[str, str | None]:
    return {"kafka_ca": str(Authority(folder, "stranger").file)}


BAD = [
    ("plaintext", _address("TLS"), "wants TLS: set HARMWATCH_KAFKA_SECURITY to tls or sasl_tls"),
    ("plaintext", _address("MTLS"), "wants TLS"),
    ("plaintext", _address("SCRAM"), "wants TLS"),
    ("plaintext", _address("NAKED"), "wants a login (SCRAM-SHA-512): set HARMWATCH_KAFKA_SECURITY=sasl_tls"),
    ("tls", lambda kafka, _: {"kafka": kafka.clear}, "speaks no TLS on this port"),
    ("tls", _address("SCRAM"), "wants a login (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512)"),
    ("tls", _no_ca_of_ours, "shows a certificate that no CA of HARMWATCH_KAFKA_CA has signed"),
    ("tls", lambda *_: {"kafka_ca": None}, "shows a certificate that no CA of HARMWATCH_KAFKA_CA has signed"),
    ("tls", _address("EXPIRED"), "shows a certificate that has expired"),
    ("tls", _address("OTHER"), "shows a certificate that is for another host"),
    ("tls", _address("MTLS"), "wants a certificate of ours"),
    ("mtls", _stranger, "refuses the certificate of HARMWATCH_KAFKA_CERT"),
    ("scram-512", _address("TLS"), "takes no login on this port"),
    ("scram-512", _address("TOKEN"), "does not know the login HARMWATCH_KAFKA_SASL=SCRAM-SHA-512: it offers OAUTHB"),
    ("scram-512", lambda *_: {"kafka_user": "nobody"}, "does not let user nobody in by SCRAM-SHA-512"),
    (
        "scram-512",
        lambda _, folder: {"kafka_password_file": secret(folder, "x", "so secret")},
        "does not let user worker",
    ),
    (
        "plain",
        lambda _, folder: {"kafka_password_file": secret(folder, "x", "so secret")},
        "does not let user plain in",
    ),
    ("token", lambda _, folder: {"kafka_token_file": secret(folder, "x", token(-60))}, "refuses the token"),
    ("token", lambda _, folder: {"kafka_token_file": secret(folder, "x", "no token")}, "refuses the token"),
    ("token", lambda _, folder: {"kafka_token_file": str(folder / "gone")}, "HARMWATCH_KAFKA_TOKEN_FILE: "),
]


@pytest.mark.parametrize(("name", "change", "says"), BAD)
def test_who_is_kept_out_hears_why(name: str, change: Change, says: str, kafka: SecuredKafka, tmp_path: Path) -> None:
    scene = Scene(kafka, tmp_path, ways_in(kafka, tmp_path)[name])
    brokers = scene.settings(**change(kafka, tmp_path)).brokers
    reason = why_kept_out(brokers)
    assert reason is not None
    assert says in reason
    assert "so secret" not in reason


def test_both_clients_tell_the_same(kafka: SecuredKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broker.clients.BOOTSTRAP_MILLISECONDS", 1_500)
    way = ways_in(kafka, tmp_path)["scram-512"] | {"kafka_password_file": secret(tmp_path, "x", "so secret")}
    brokers = Settings(**way).brokers  # type: ignore[arg-type]
    with pytest.raises(NotAllowed, match="does not let user worker in"):
        admin(brokers)
    with pytest.raises(NotAllowed, match="does not let user worker in"):
        Sender(brokers, "offences.v1", 1)


@pytest.mark.thorough
def test_a_secret_that_is_gone_is_named_by_both_clients(
    kafka: SecuredKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.clients.BOOTSTRAP_MILLISECONDS", 1_500)
    for name, setting in (("token", "kafka_token_file"), ("plain", "kafka_password_file")):
        way = ways_in(kafka, tmp_path)[name] | {setting: str(tmp_path / "gone")}
        brokers = Settings(**way).brokers  # type: ignore[arg-type]
        with pytest.raises(NotAllowed, match=f"HARMWATCH_{setting.upper()}: .*gone: No such file"):
            admin(brokers)
        with pytest.raises(NotAllowed, match=f"HARMWATCH_{setting.upper()}: .*gone: No such file"):
            Sender(brokers, "offences.v1", 1)


def test_files_that_are_replaced_count_for_the_next_connection(kafka: SecuredKafka, tmp_path: Path) -> None:
    """A CA, and our certificate; of which the new half does not fit the old one, so that both of them still count."""
    ca = Authority(tmp_path, "not-yet")
    way = ways_in(kafka, tmp_path)["mtls"] | {"kafka_ca": str(ca.file)}
    brokers = Settings(**way).brokers  # type: ignore[arg-type]
    assert "no CA of HARMWATCH_KAFKA_CA has signed" in str(why_kept_out(brokers))
    ca.file.write_bytes(kafka.ca.file.read_bytes())
    assert why_kept_out(brokers) is None
    certificate, key = ca.issue("client-of-another")
    Path(way["kafka_cert"]).write_bytes(certificate.read_bytes())
    assert why_kept_out(brokers) is None
    Path(way["kafka_key"]).write_bytes(key.read_bytes())
    assert "refuses the certificate of HARMWATCH_KAFKA_CERT" in str(why_kept_out(brokers))


def test_who_does_not_answer_is_no_one_who_refuses(
    kafka: SecuredKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.clients.BOOTSTRAP_MILLISECONDS", 500)
    way = ways_in(kafka, tmp_path)["tls"] | {"kafka": "127.0.0.1:1"}
    with pytest.raises(Unavailable, match="does not answer") as told:
        admin(Settings(**way).brokers)  # type: ignore[arg-type]
    assert not isinstance(told.value, NotAllowed)


@pytest.mark.parametrize("hangs", [False, True], ids=["it hangs up", "it stands still"])
def test_who_goes_away_while_we_log_in_does_not_accuse_the_password(
    hangs: bool, kafka: SecuredKafka, tmp_path: Path
) -> None:
    """Behind the versions and the logins that are offered, and the first step of ours."""
    with line_cut_after(kafka.ports["NAKED"], 3, hangs=hangs) as address:
        way = ways_in(kafka, tmp_path)["in-clear"] | {"kafka": address}
        assert why_kept_out(Settings(**way).brokers) is None  # type: ignore[arg-type]


def test_another_name_is_taken_where_a_person_says_so(kafka: SecuredKafka, tmp_path: Path) -> None:
    way = ways_in(kafka, tmp_path)["tls"] | {"kafka": kafka.address("OTHER"), "kafka_hostname_check": "off"}
    assert why_kept_out(Settings(**way).brokers) is None  # type: ignore[arg-type]
