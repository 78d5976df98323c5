"""The log: a line for a person or an object for a machine, each with a name that the table of events has."""

import ast
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.access.tls_context import FreshContext
from models.access.tls_files import TlsFiles
from models.clock import ClockMode
from models.errors import Unavailable
from runtime.events import Event, happened
from runtime.logs import log_to_stderr, tell_failure
from runtime.metrics.meters import Meters
from runtime.service_logs import log_as
from runtime.settings import LogForm, LogLevel, Settings
from streams.worker.minute_log import MinuteLog
from tests.end_to_end.installation import ROOT, logs_kept, say
from tests.secure.certificates import Authority
from tests.state.boards import a_run

ROOMS = ("broker", "cli/service", "console", "delivery", "models", "runtime", "state", "streams")
SAYS = {"debug", "info", "warning", "error", "exception", "log"}
log = logging.getLogger("streams.somewhere")


Told = Callable[[], str]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Iterator[Told]:
    """What went to standard error; afterwards the logs are pytest's again."""
    with logs_kept():
        yield lambda: capsys.readouterr().err


def test_a_line_for_people_says_its_zone(told: Told) -> None:
    log_to_stderr()
    log.info("hello")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 INFO streams.somewhere: hello\n", told())


def test_a_line_for_machines_is_one_object_whatever_it_tells(told: Told) -> None:
    log_as(Settings(log=LogForm.JSON, board="north"))
    try:
        raise Unavailable("away\nfor long")
    except Unavailable as error:
        log.warning("it said %s", error, exc_info=True, extra=happened(Event.WAITING, partition=3, entry=None))
    (line,) = told().splitlines()
    found = json.loads(line)
    assert (found["event"], found["board"], found["partition"], found["level"]) == ("waiting", "north", 3, "warning")
    assert found["message"] == "it said away\nfor long"
    assert found["traceback"].startswith("Traceback")
    assert found["time"].endswith("+00:00")
    assert "entry" not in found


def test_a_fact_takes_no_field_of_the_line(told: Told) -> None:
    log_as(Settings(log=LogForm.JSON))
    log.error("said", extra=happened(Event.ENDS, message="forged", level="debug"))
    found = json.loads(told())
    assert (found["message"], found["level"]) == ("said", "error")


def test_what_is_below_the_level_is_not_said(told: Told) -> None:
    log_as(Settings(log_level=LogLevel.WARNING))
    log.info("no")
    log.warning("yes")
    (line,) = told().splitlines()
    assert line.endswith("yes")


def test_a_library_is_named(told: Told) -> None:
    log_as(Settings(log=LogForm.JSON))
    logging.getLogger("aiokafka.cluster").warning("odd")
    found = json.loads(told())
    assert (found["event"], found["logger"]) == ("library", "aiokafka.cluster")


def test_a_service_that_cannot_start_says_so_in_its_own_form() -> None:
    environment = {"HARMWATCH_KAFKA": "127.0.0.1:1", "HARMWATCH_LOG": "json"}
    said = say(environment, "exporter")
    lines = [json.loads(line) for line in said.errors.splitlines()]
    assert said.code == 2
    assert [line["event"] for line in lines] == ["failed"]
    assert "HARMWATCH_METRICS" in lines[0]["message"]


def test_a_command_for_people_says_it_plainly(told: Told) -> None:
    log_to_stderr()
    assert not tell_failure(Unavailable("away"))
    assert told() == ""


def test_a_minute_is_reported_by_what_was_counted_in_it(told: Told) -> None:
    log_as(Settings(log=LogForm.JSON))
    meters = Meters("v100", ClockMode.WALL)
    minute = MinuteLog(meters)
    meters.acknowledged(a_run([], partition=0), 10, ["not_json", "not_json"], None)
    minute.say()
    meters.acknowledged(a_run([], partition=1), 5, [], None)
    minute.say()
    found = [json.loads(line) for line in told().splitlines()]
    assert [(each["event"], each["records"], each["refused"]) for each in found] == [
        ("minute", 10, 2),
        ("minute", 5, 0),
    ]


def test_a_certificate_that_is_replaced_by_what_is_none_is_reported_by_name(told: Told, tmp_path: Path) -> None:
    log_as(Settings(log=LogForm.JSON))
    ca = Authority(tmp_path)
    context = FreshContext(TlsFiles("HARMWATCH_KAFKA", ca.file))
    before = context.fresh()
    ca.file.write_text("no certificate")
    assert context.fresh() is before
    found = json.loads(told())
    assert (found["event"], found["level"]) == (Event.FILES_BEFORE, "warning")


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call of a log."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAYS:
            named = node.func.value
            name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
            if name in {"log", "_log"}:
                yield node


def test_everything_that_a_service_says_has_a_name() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    found = [(path, call) for path in files for call in calls(path)]
    assert len(found) > 20
    assert any("models" in path.parts for path, _ in found)
    nameless = [f"{path}:{call.lineno}" for path, call in found if "extra" not in {word.arg for word in call.keywords}]
    assert nameless == []


def test_every_name_is_said_somewhere() -> None:
    text = "".join(path.read_text("utf-8") for room in (*ROOMS, "cli") for path in (ROOT / room).rglob("*.py"))
    assert [event.name for event in Event if f"Event.{event.name}" not in text] == []
