"""What `make test`, `make thorough` and `make others` run, and in which processes."""

import random
import subprocess
import threading
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.budget import read_budgets
from tests.descendants import descendants
from tests.laws import HELD
from tests.order import TOGETHER, elsewhere, scope_of
from tests.sample import sampled
from tests.time_limit import stretched

ROOT = Path(__file__).parents[2]


def test_the_modules_that_share_something_run_in_one_process_and_the_others_wherever_one_is_free() -> None:
    assert [place for places in TOGETHER.values() for place in places if not (ROOT / place).exists()] == []
    assert scope_of("tests/secure/test_service.py::test_law[a::b]") == scope_of(
        "tests/secure/test_ways_in.py::test_law"
    )
    assert scope_of("tests/secure/test_knock.py::test_law") == "tests/secure/test_knock.py"
    assert scope_of("tests/end_to_end/officers/test_actions.py::test_law") == "night"
    assert scope_of("tests/models/test_alert.py::test_law[tests/secure/]") == "tests/models/test_alert.py"
    assert scope_of("tests/intake/test_fuzz.py::test_law[a]") == "tests/intake/test_fuzz.py::test_law[a]"


def test_whatever_uses_something_dear_is_named_with_those_that_share_it() -> None:
    assert elsewhere == []


def test_of_what_needs_servers_another_python_runs_the_laws_and_one_of_each_folder() -> None:
    law = next(test for test in HELD.values() if test.startswith("tests/end_to_end/recovery/"))
    names = ["tests/secure/test_a.py::test_1", "tests/secure/test_b.py::test_2", "tests/secure/shelf/test_c.py::test_3"]
    of_the_law = [f"{law}[workers]", f"{law}[emptied]", law]
    assert list(sampled([*names, "tests/end_to_end/recovery/test_a.py::test_4", *of_the_law])) == [
        names[0],
        names[2],
        "tests/end_to_end/recovery/test_a.py::test_4",
        *of_the_law,
    ]


def test_every_folder_has_a_budget_and_another_choice_of_tests_none() -> None:
    folders = {folder.name for folder in (ROOT / "tests").iterdir() if any(folder.rglob("test_*.py"))}
    assert read_budgets("not thorough").keys() == folders
    assert read_budgets("thorough").keys() < folders
    assert read_budgets("thorough")["engines"] > read_budgets("not thorough")["engines"]
    assert read_budgets("stack") == {}


def test_a_process_below_a_process_below_this_one_is_found_and_nobody_else() -> None:
    with subprocess.Popen(["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE) as shell:
        try:
            assert shell.stdout is not None
            sleeping = int(shell.stdout.readline())
            found = {process.pid for process in descendants()}
            assert {shell.pid, sleeping} <= found == {each.pid for each in psutil.Process().children(recursive=True)}
        finally:
            for process in descendants():
                if process.pid in {shell.pid, sleeping}:
                    process.kill()


def test_a_limit_is_what_it_is_beside_eight_others_and_grows_with_those_who_come() -> None:
    assert [stretched(120, load, 2) for load in (0.1, 10, 20, 50)] == [120, 120, 240, 600]


def test_a_test_has_the_common_limit_unless_it_has_its_own(request: pytest.FixtureRequest) -> None:
    limit = next(request.node.iter_markers("timeout")).args[0]
    assert limit >= 120 == float(request.config.getini("timeout"))


def _draw_in_a_thread(number: int) -> int:
    """As a client's does whose broker is away."""
    drawing = threading.Thread(target=random.random)
    drawing.start()
    drawing.join()
    return number


@given(st.integers().map(_draw_in_a_thread))
def test_a_thread_that_draws_meanwhile_makes_no_property_red(number: int) -> None:
    assert isinstance(number, int)
