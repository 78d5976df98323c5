"""The service behind TLS, logins and access rules: it works, and what is changed under it does not end it."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from tests.end_to_end.installation import HARMWATCH
from tests.secure.roles import password_of
from tests.secure.secured_service import SecuredService
from tests.secure.ways_in import secret, token, ways_in

pytestmark = pytest.mark.stack
WORKER, INGEST = "harmwatch-worker", "harmwatch-ingest"


def on_topic(service: SecuredService) -> int:
    """How many records."""
    return int(service.json("console", "status")["partitions"][0]["end"])


def await_more(service: SecuredService, live: "subprocess.Popen[str]") -> None:
    """Until a record has come that was not there before."""
    until, before = time.monotonic() + 90, on_topic(service)
    while on_topic(service) == before:
        assert live.poll() is None, live.communicate()
        assert time.monotonic() < until, f"nothing has come beyond {before} records"
        time.sleep(0.2)


@pytest.mark.thorough
def test_every_role_can_do_its_work_with_its_rights_alone(service: SecuredService) -> None:
    service.start_worker()
    service.send(200)
    service.wait_idle()
    assert service.json("console", "board")["entries"]
    assert service.json("console", "alerts", "list")["alerts"]
    service.run("console", "status", "--live", "--within", "60")
    assert service.json("audit", "verify", "--redis")["faults"] == []
    service.run("audit", "explain", "1")
    service.run("operator", "topics", "check")


@pytest.mark.thorough
def test_an_operator_can_do_what_operators_do(service: SecuredService) -> None:
    """Sign, try a refused record once more, and put another policy in force, under which everything still checks."""
    service.start_worker()
    service.send(50)
    (file := service.folder / "bad.jsonl").write_text('{"offender_id":"p1"}\n')
    service.run("ingest", "ingest", "--unchecked", str(file))
    service.wait_idle()
    keys = service.json("operator", "keys", "new", "--dir", str(service.folder / "keys"))
    service.run("operator", "checkpoint", "--key", keys["private_key"])
    assert service.json("console", "deadletters", "list")["letters"]
    again = service.json("operator", "deadletters", "redrive", "--reason", "not_valid", "--why", "a trial")
    assert again["redriven"] == 1
    service.wait_idle()
    service.end()
    policy = service.folder / "policy.toml"
    policy.write_text(policy.read_text().replace("size = 20", "size = 10").replace("exit_rank = 20", "exit_rank = 10"))
    service.run("operator", "policy", "activate", str(policy))
    service.start_worker()
    service.send(10, first=50)
    service.wait_idle()
    assert service.json("audit", "verify", "--redis")["faults"] == []


@pytest.mark.thorough
@pytest.mark.timeout(300)  # brokers start again, and boards are recovered
def test_passwords_and_certificates_that_are_replaced_are_taken_up(service: SecuredService) -> None:
    """On disk and on the servers, with every connection cut afterwards."""
    service.start_worker()
    service.send(50)
    service.wait_idle()
    service.kafka.set_password(WORKER, "another one")
    Path(service.environment("worker")["HARMWATCH_KAFKA_PASSWORD_FILE"]).write_text("another one")
    service.restart_kafka()
    service.replace_store_secrets("another one still")
    service.send(50, first=50)
    service.wait_idle()
    assert service.json("audit", "verify")["faults"] == []


@pytest.mark.thorough
@pytest.mark.timeout(300)  # brokers start again, and boards are recovered
def test_a_worker_whose_user_is_removed_waits_and_goes_on_when_it_is_back(service: SecuredService) -> None:
    service.start_worker()
    service.send(50)
    service.wait_idle()
    service.store.execute("ACL", "DELUSER", WORKER)
    service.send(50, first=50)
    service.await_word("waiting for the store: Redis at rediss://")
    service.await_word("look at user and password, in the address or in HARMWATCH_REDIS_USER and")
    service.store.set_users(service.prefix)
    service.wait_idle()
    service.kafka.remove_user(WORKER)
    service.restart_kafka()
    service.await_word(f"does not let user {WORKER} in by SCRAM-SHA-512")
    said = service.say("worker", "status")
    assert said.code == 1
    assert f"does not let user {WORKER} in" in said.errors
    service.kafka.set_password(WORKER, password_of("worker"))
    service.send(50, first=100)
    service.wait_idle()
    assert service.json("audit", "verify")["faults"] == []


@pytest.mark.thorough
@pytest.mark.timeout(300)  # brokers start again, and boards are recovered
def test_a_broker_that_ends_each_login_after_a_while_loses_nothing(service: SecuredService) -> None:
    """Every 3 s here: what cannot log in again on the same connection is cut, and begins another one."""
    file = secret(service.folder, "token", token(60))
    way = ways_in(service.kafka, service.folder)["token"] | {"kafka_token_file": file}
    service.start_worker(**way)
    for sent in range(6):
        service.send(20, first=20 * sent)
        service.wait_idle()
        Path(file).write_text(token(60))
        time.sleep(2)
    assert service.json("audit", "verify")["faults"] == []


@pytest.mark.thorough
@pytest.mark.timeout(400)  # brokers start twice
def test_a_live_simulation_takes_up_a_new_password_and_ends_where_it_is_not_let_in(service: SecuredService) -> None:
    environment = service.environment("ingest")
    command = [*HARMWATCH, "simulate", "--live", "20", "--scale", "0.1"]
    del environment["HARMWATCH_POLICY"]  # that of the tests lacks the codes of London
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as live:
        try:
            await_more(service, live)
            service.kafka.set_password(INGEST, "another one")
            Path(environment["HARMWATCH_KAFKA_PASSWORD_FILE"]).write_text("another one")
            service.restart_kafka()
            await_more(service, live)
            service.kafka.set_password(INGEST, "yet another one")
            service.restart_kafka()
            _, said = live.communicate(timeout=180)  # it is patient for a minute
        finally:
            live.kill()
    assert live.returncode == 1, said
    assert f"does not let user {INGEST} in" in said
    (counted,) = re.findall(r"([\d,]+) records sent", said)
    assert 0 < int(counted.replace(",", "")) <= on_topic(service)  # of the last one no answer may have come
    assert "Traceback" not in said
