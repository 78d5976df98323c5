"""The access log on a real topic: what looks leave there, and who may look at that."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC

import pytest
from starlette.testclient import TestClient

from broker.clients import producer
from console.access_log.access_log import AccessLog
from console.access_log.access_pages import AccessPages
from console.access_log.leases import Leases
from console.app import make_app
from console.fan_out import FanOut
from console.officer import Role
from console.pages import Pages
from console.sign_in.proxy import ProxyProvider
from models.access_log.look import BandLook, FileLook, PersonLook
from models.topics import ACCESS_LOG, topic_name
from runtime.settings import Settings
from sealing.handles import Handles
from tests.console.conftest import HOST, OWN
from tests.console.views import a_view
from tests.end_to_end.installation import Said, say

pytestmark = pytest.mark.stack
PROXY = "192.0.2.80"
ROLES = {role.value: role for role in Role}
ASKED = {"why": "quarterly review", "officer": "", "since": ""}


@pytest.fixture
def settings(access_environment: dict[str, str]) -> Settings:
    return Settings(kafka=access_environment["HARMWATCH_KAFKA"], prefix=access_environment["HARMWATCH_PREFIX"])


@pytest.fixture
def access_log(settings: Settings) -> Iterator[AccessLog]:
    with closing(AccessLog(settings)) as access_log:
        yield access_log


def browser(fan_out: FanOut, access_log: AccessLog, who: str, role: str) -> TestClient:
    pages = Pages("v100", "v100 2026.1", fan_out, UTC)
    app = make_app(
        pages, frozenset({HOST}), Leases("v100", access_log.write, fan_out.place),
        ProxyProvider(PROXY, "X-Remote-User", "X-Groups", ROLES), AccessPages(pages, access_log).routes(),
    )  # fmt: skip
    headers = {"X-Remote-User": who, "X-Groups": role}
    return TestClient(app, f"http://{HOST}", headers=headers, follow_redirects=False, client=(PROXY, 50_000))


def listed(access_environment: dict[str, str], *words: str) -> list[dict[str, object]]:
    said: Said = say(access_environment, "access", "list", "--json", *words)
    assert said.code == 0, said.errors
    looks: list[dict[str, object]] = json.loads(said.output)["looks"]
    return looks


def test_every_look_stands_there_before_it_is_answered_and_is_listed_by_officer_and_time(
    fan_out: FanOut, access_log: AccessLog, access_environment: dict[str, str]
) -> None:
    fan_out.show(a_view(generation="g7"))
    before = len(listed(access_environment))
    for number, who in enumerate(("anna", "carl"), before + 1):
        with browser(fan_out, access_log, who, "officer") as client:
            assert "suspect-0001" in client.get("/board").text
            assert "suspect-0001" in client.get("/board").text
            assert len(listed(access_environment)) == number
    (look,) = listed(access_environment, "--officer", "proxy:anna")
    assert look | {"at": "", "until": "", "offset": 0} == {
        "kind": "list", "by": "proxy:anna", "role": "officer", "generation": "g7", "from_entry": 81_204, "lines": 110,
        "alerts": 30, "at": "", "until": "", "offset": 0, "category": "consultation", "results": 110,
        "address": PROXY,
    }  # fmt: skip
    assert listed(access_environment, "--since", "2100-01-01") == []
    said = say(access_environment, "access", "list", "--officer", "proxy:carl").output
    assert "proxy:carl" in said
    assert "the list, 110 lines, from entry 81,204 until " in said


def test_an_auditor_sees_the_looks_by_a_page_that_leaves_one_itself(
    fan_out: FanOut, access_log: AccessLog, access_environment: dict[str, str]
) -> None:
    with browser(fan_out, access_log, "dora", "officer") as client:
        client.get("/board")
    with browser(fan_out, access_log, "eve", "auditor") as client:
        known = len(listed(access_environment))
        form = client.get("/access")
        assert (form.status_code, "proxy:dora" in form.text) == (200, False)
        assert len(listed(access_environment)) == known, "the form shows nothing"
        page = client.post("/access", data=ASKED | {"officer": "proxy:dora"}, headers=OWN).text
        assert "<bdi>proxy:dora</bdi>, officer" in page
        assert "1 look, the newest first" in page
        assert "suspect-" not in page
        *_, look = listed(access_environment)
        assert (look["kind"], look["by"], look["why"]) == ("log", "proxy:eve", "quarterly review")
        assert (look["category"], look["results"], look["address"]) == ("consultation", 1, PROXY)
        assert "the access log of proxy:dora: quarterly review" in client.post("/access", data=ASKED, headers=OWN).text


@pytest.mark.parametrize("role", ["officer", "supervisor"])
def test_the_access_log_is_for_auditors(
    fan_out: FanOut, access_log: AccessLog, access_environment: dict[str, str], role: str
) -> None:
    known = len(listed(access_environment))
    with browser(fan_out, access_log, "anna", role) as client:
        assert client.get("/access").status_code == 403
        assert client.post("/access", data=ASKED, headers=OWN).status_code == 403
        assert "/access" not in client.get("/display").text
    assert len(listed(access_environment)) == known


@pytest.mark.parametrize(
    ("asked", "told"),
    [({"why": " "}, "Say why you look"), ({"since": "soon"}, "The day is none"), ({"since": "2026-02-30"}, "is none")],
)
def test_without_a_reason_or_with_a_day_that_is_none_nothing_is_shown(
    fan_out: FanOut, access_log: AccessLog, access_environment: dict[str, str], asked: dict[str, str], told: str
) -> None:
    known = len(listed(access_environment))
    with browser(fan_out, access_log, "eve", "auditor") as client:
        answer = client.post("/access", data=ASKED | asked, headers=OWN)
    assert (answer.status_code, told in answer.text, "<table" in answer.text) == (422, True, False)
    assert len(listed(access_environment)) == known


def test_what_others_write_there_is_passed_over_and_what_is_forged_is_text(
    fan_out: FanOut, access_log: AccessLog, settings: Settings, access_environment: dict[str, str]
) -> None:
    forged = {
        "kind": "log", "board": "v100", "by": "<script>\u202e", "role": "officer", "at": "2026-11-28T02:13:05Z",
        "why": "\x1b[2J", "officer": None, "since": None,
    }  # fmt: skip
    with closing(producer(settings.brokers)) as sender:
        for value in (b"no json", json.dumps(forged | {"at": "never"}).encode(), json.dumps(forged).encode()):
            sender.send(topic_name(settings.prefix, ACCESS_LOG), key=b"v100", value=value, partition=0).get(30)
    said = say(access_environment, "access", "list")
    assert (said.code, "2 foreign records on access-log.v1 are passed over" in said.errors) == (0, True)
    assert "\x1b" not in said.output
    assert "never" not in said.output
    with browser(fan_out, access_log, "eve", "auditor") as client:
        page = client.post("/access", data=ASKED, headers=OWN).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("words", [("offender", "suspect-0042"), ("access", "list"), ("explain", "v100:7")])
def test_a_command_that_prints_persons_writes_first_who_asked_or_prints_nothing(
    access_environment: dict[str, str], words: tuple[str, ...]
) -> None:
    known = len(listed(access_environment))
    on = access_environment | {"HARMWATCH_ACCESS_LOG": "on", "HARMWATCH_REDIS": "redis://127.0.0.1:1"}
    say(on, *words)
    (look,) = listed(access_environment)[known:]
    about = {"offender": ("suspect-0042", None), "explain": (None, "v100:7")}.get(words[0], (None, None))
    assert (look["kind"], look["role"], (look["subject"], look["alert_id"])) == ("command", "operator", about)
    assert str(look["by"]).endswith(f"@{socket.gethostname()}")
    away = say(on | {"HARMWATCH_KAFKA": "127.0.0.1:1"}, *words)
    assert (away.code, away.output) == (1, "")
    assert "this look cannot be recorded, so nothing is shown" in away.errors
    say(access_environment | {"HARMWATCH_REDIS": "redis://127.0.0.1:1"}, *words)
    assert len(listed(access_environment)) == known + 1, "off, as shipped, it leaves none"


def test_with_kafka_away_a_new_request_is_refused_in_time_and_names_nobody(fan_out: FanOut) -> None:
    with closing(AccessLog(Settings(kafka="127.0.0.1:1"))) as nowhere:
        with browser(fan_out, nowhere, "anna", "officer") as client:
            began_at = time.monotonic()
            answers = [client.get("/board") for _ in range(5)]
            assert time.monotonic() - began_at < 20, "who asks right after is answered at once"
            assert {answer.status_code for answer in answers} == {503}
            assert not any("suspect-" in answer.text for answer in answers)
            assert "Kafka at 127.0.0.1:1 does not answer (HARMWATCH_KAFKA)" in answers[0].text
        with browser(fan_out, nowhere, "eve", "auditor") as client:
            began_at = time.monotonic()
            assert client.post("/access", data=ASKED, headers=OWN).status_code == 503
            assert time.monotonic() - began_at < 20


def test_looks_at_the_past_stand_there_with_reason_and_recipient_and_without_an_id(
    access_log: AccessLog, access_environment: dict[str, str], fan_out: FanOut
) -> None:
    mark = Handles("7" * 64).mark("suspect-0042")
    head = {"board": "v100", "by": "local:anna", "role": "officer", "at": "2026-11-28T02:13:05Z"}
    moment = "2026-11-01T00:00:00Z"
    person = PersonLook.model_validate(
        head | {"subject": mark, "why": "a call", "moment": moment, "known": "now", "found": True, "recipient": None}
    )
    band = BandLook.model_validate(
        head | {"what": "band", "moment": moment, "known": "then", "recipient": "\u202ecourt"}
    )
    file = FileLook.model_validate(head | {"file": "proof", "stay": 7, "why": "case 7", "recipient": "the court"})
    with asyncio.Runner() as runner:
        for look in (person, band, file):
            runner.run(access_log.write(look))
    rows = listed(access_environment, "--officer", "local:anna")[-3:]
    assert [row["kind"] for row in rows] == ["person", "band", "file"]
    assert (rows[0]["subject"], rows[2]["recipient"]) == (mark, "the court")
    told = say(access_environment, "access", "list", "--officer", "local:anna").output.splitlines()[-3:]
    assert told[0].endswith(f"person {mark} at {moment}, as known now: a call")
    assert told[1].endswith(f"the band at {moment}; disclosed to \\u202ecourt")
    assert told[2].endswith("the proof of stay 7: case 7; disclosed to the court")
    page = browser(fan_out, access_log, "eve", "auditor").post("/access", data=ASKED, headers=OWN).text
    assert all(words in page for words in (f"person {mark}", "the proof of stay 7: case 7; disclosed to the court"))
