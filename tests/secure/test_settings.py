"""What of the settings of access does not go together is named at the start; a secret is never told."""

import os
from pathlib import Path

import pytest

from broker.security import PLAINTEXT
from embedded.stack import SECURED
from models.access.secret_file import SecretFile
from models.errors import NotAllowed, WrongUse
from runtime.settings import Settings, load_settings
from tests.end_to_end.installation import say
from tests.secure.certificates import Authority
from tests.secure.ways_in import secret


def faults(monkeypatch: pytest.MonkeyPatch, folder: Path, **given: str) -> str:
    """What is said of these; empty: nothing."""
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("HARMWATCH_")]:
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(f"HARMWATCH_{name.upper()}", value)
    try:
        load_settings()
    except WrongUse as error:
        return str(error)
    return ""


LOGIN = {"kafka_security": "sasl_tls", "kafka_sasl": "SCRAM-SHA-512", "kafka_user": "worker"}
BAD = [
    ({"kafka_security": "sasl_plaintext"}, "HARMWATCH_ALLOW_CLEARTEXT=yes allows it"),
    ({"kafka_security": "sasl_tls"}, "HARMWATCH_KAFKA_SECURITY=sasl_tls needs HARMWATCH_KAFKA_SASL: PLAIN, SCRAM"),
    ({"kafka_user": "worker"}, "need HARMWATCH_KAFKA_SECURITY=sasl_tls"),
    ({"kafka_ca": "FILE"}, "HARMWATCH_KAFKA_CA, _CERT and _KEY need HARMWATCH_KAFKA_SECURITY=tls or sasl_tls"),
    ({"kafka_security": "tls", "kafka_ca": "/gone"}, "HARMWATCH_KAFKA_CA: /gone is not there"),
    ({"kafka_security": "tls", "kafka_cert": "FILE"}, "HARMWATCH_KAFKA_CERT and HARMWATCH_KAFKA_KEY go together"),
    (LOGIN, "HARMWATCH_KAFKA_SASL=SCRAM-SHA-512 needs HARMWATCH_KAFKA_PASSWORD_FILE"),
    (LOGIN | {"kafka_password_file": "/gone"}, "HARMWATCH_KAFKA_PASSWORD_FILE: /gone: No such file"),
    (LOGIN | {"kafka_password_file": "OPEN"}, "others than its owner can read"),
    (LOGIN | {"kafka_user": "", "kafka_password_file": "FILE"}, "needs HARMWATCH_KAFKA_USER"),
    (LOGIN | {"kafka_sasl": "OAUTHBEARER"}, "HARMWATCH_KAFKA_SASL=OAUTHBEARER needs HARMWATCH_KAFKA_TOKEN_FILE"),
    (LOGIN | {"kafka_sasl": "GSSAPI"}, "HARMWATCH_KAFKA_SASL=GSSAPI needs the extra kerberos"),
    (LOGIN | {"kafka_sasl": "DIGEST"}, "HARMWATCH_KAFKA_SASL: "),
    ({"redis": "sentinel://a/b"}, "Redis Sentinel is not supported"),
    ({"redis": "redis://:so secret/@h:1/0"}, "or in the address percent-encoded"),
    ({"redis": "redis://user:4711?so secret@h:1/0"}, "or in the address percent-encoded"),
    ({"redis": "redis://u:p@h:1", "redis_password_file": "FILE"}, "leave one of them out"),
    ({"redis_user": "worker"}, "HARMWATCH_REDIS_USER needs HARMWATCH_REDIS_PASSWORD_FILE"),
    ({"redis_ca": "FILE"}, "need an address that begins with rediss://"),
    ({"redis_password_file": "OPEN"}, "others than its owner can read"),
    ({"key_store": "rediss://h:1", "key_store_password_file": "OPEN"}, "HARMWATCH_KEY_STORE_PASSWORD_FILE: others"),
    ({"key_store": "cluster://h:1"}, "Redis Cluster is not supported"),
    ({"key_store": "REDISS://h:1"}, "HARMWATCH_KEY_STORE is not a Redis URL: it begins with redis://"),
    ({"key_store": "postgres://h:1"}, "HARMWATCH_KEY_STORE is not a Redis URL: it begins with redis://"),
    ({"key_store": "/folder", "key_store_user": "u"}, "are for a key store in Redis"),
    ({"key_store": "/folder", "key_store_key": "FILE"}, "are for a key store in Redis"),
]


@pytest.mark.parametrize(("given", "says"), BAD)
def test_what_does_not_go_together_stops_the_start(
    given: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, read_by_all = secret(tmp_path, "file", "so secret"), tmp_path / "open"
    read_by_all.write_text("so secret")
    read_by_all.chmod(0o640)
    named = {name: {"FILE": file, "OPEN": str(read_by_all)}.get(value, value) for name, value in given.items()}
    said = faults(monkeypatch, tmp_path, **named)
    assert says in said
    assert "so secret" not in said


def test_what_goes_together_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    password, ca = secret(tmp_path, "password", "so secret"), Authority(tmp_path)
    certificate, key = ca.issue("client")
    kafka = {"kafka_ca": str(ca.file), "kafka_cert": str(certificate), "kafka_key": str(key)}
    store = {"redis": "rediss://h:1/0", "redis_user": "worker", "redis_password_file": password}
    assert faults(monkeypatch, tmp_path, **LOGIN, **kafka, **store, kafka_password_file=password) == ""


def test_what_is_set_to_nothing_is_not_set_and_a_stack_of_ones_own_asks_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert set(SECURED) == {
        f"HARMWATCH_{name.upper()}" for name in Settings.model_fields if name.startswith(("kafka_", "redis_"))
    }
    secured = LOGIN | {"kafka_password_file": secret(tmp_path, "password", "so secret")}
    assert faults(monkeypatch, tmp_path, **secured) == ""
    for name in SECURED:
        monkeypatch.setenv(name, "")
    assert load_settings().brokers.security == PLAINTEXT


def test_the_key_of_a_certificate_is_its_owners_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("client")
    key.chmod(0o644)
    given = {"kafka_security": "tls", "kafka_cert": str(certificate), "kafka_key": str(key)}
    assert "HARMWATCH_KAFKA_KEY: others than its owner can read" in faults(monkeypatch, tmp_path, **given)


def test_what_systemd_lets_nobody_else_see_may_say_otherwise_in_its_mode(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (file := tmp_path / "password").write_text("so secret\n")
    file.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert SecretFile("HARMWATCH_KAFKA_PASSWORD_FILE", file).read() == "so secret"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "other"))
    with pytest.raises(NotAllowed, match="others than its owner"):
        SecretFile("HARMWATCH_KAFKA_PASSWORD_FILE", file).read()


def test_a_secret_that_is_empty_is_none(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="is empty"):
        SecretFile("HARMWATCH_KAFKA_PASSWORD_FILE", Path(secret(tmp_path, "empty", "\n"))).read()


def test_no_secret_is_revealed_in_any_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not by settings that are printed, nor by a command that meets nobody, with the password in file or address."""
    monkeypatch.setattr("broker.clients.BOOTSTRAP_MILLISECONDS", 100)
    password = secret(tmp_path, "password", "so+secret")
    address = "rediss://user:so%2Bsecret@127.0.0.1:1/0"
    given = LOGIN | {"kafka": "127.0.0.1:1", "kafka_password_file": password, "redis": address, "key_store": address}
    assert faults(monkeypatch, tmp_path, **(given | {"key_store": ""})) == ""
    settings = load_settings()
    told = [repr(settings), repr(settings.brokers.security), repr(settings.redis_access), str(settings)]
    environment = {f"HARMWATCH_{name.upper()}": value for name, value in given.items()} | {"HARMWATCH_KEY_STORE": ""}
    for words in (["status"], ["board"], ["worker"], ["topics", "check"]):
        said = say(environment, *words)
        assert said.code == 1
        told += [said.output, said.errors]
    assert [text for text in told if "so+secret" in text or "so%2Bsecret" in text] == []


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (
            "kafka_pasword_file",
            "HARMWATCH_KAFKA_PASWORD_FILE is not a setting: do you mean HARMWATCH_KAFKA_PASSWORD_FILE?",
        ),
        ("nothing_like_it", "HARMWATCH_NOTHING_LIKE_IT is not a setting: docs/configuration.md names them all"),
    ],
)
def test_a_setting_that_is_none_is_named_with_the_one_that_comes_near(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str, said: str
) -> None:
    assert faults(monkeypatch, tmp_path, **{setting: "x"}) == f"settings: {said}"


def test_what_is_wrong_with_a_setting_stands_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = faults(monkeypatch, tmp_path, redis_user="worker")
    assert said == "settings: HARMWATCH_REDIS_USER needs HARMWATCH_REDIS_PASSWORD_FILE"
