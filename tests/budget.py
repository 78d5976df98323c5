"""A pytest plugin: how much of a processor each folder of tests takes, beside its budget in CONTRIBUTING.md.

Counted are this process, every child that was waited for, and the servers that still run.
"""

import contextlib
import re
import resource
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest

from tests.descendants import descendants

_CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"
_ROW = re.compile(r"^\| `tests/(\w+)/` \| (\d*) \| (\d*) \|$", re.MULTILINE)
_COLUMNS = {"not thorough": 2, "thorough": 3}
"""By the expression of marks: what else is run, such as one file, has no budget."""
_NAME = "processor_seconds"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Notes what a test with its fixtures has taken."""
    item.stash[_BEGUN] = _taken()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hands it to the process that writes the summary: with pytest-xdist that is another one."""
    report = yield
    if report.when == "teardown":
        report.user_properties.append((_NAME, _taken() - item.stash[_BEGUN]))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Folder by folder: seconds and budget."""
    taken = Counter[str]()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, seconds in getattr(report, "user_properties", ()):
                if name == _NAME:
                    taken[report.nodeid.split("/")[1]] += seconds
    option = terminalreporter.config.option
    budgets = read_budgets("" if option.sample or option.file_or_dir else option.markexpr)
    terminalreporter.section("processor seconds" + (", and the budget of CONTRIBUTING.md" if budgets else ""))
    for folder, seconds in sorted(taken.items()):
        terminalreporter.write_line(f"tests/{folder}: {seconds:.0f}{_beside(seconds, budgets.get(folder))}")
    terminalreporter.write_line(
        f"together: {sum(taken.values()):.0f}" + (f" of {sum(budgets.values())}" * bool(budgets))
    )


def _beside(seconds: float, budget: int | None) -> str:
    if budget is None:
        return ""
    return f" of {budget}" + ("  OVER ITS BUDGET" if seconds > budget else "")


def read_budgets(marks: str) -> dict[str, int]:
    """Processor seconds by folder, as CONTRIBUTING.md grants them for `make test` or `make thorough`; else none."""
    column = _COLUMNS.get(marks)
    rows = _ROW.finditer(_CONTRIBUTING.read_text("utf-8"))
    return {} if column is None else {row[1]: int(row[column]) for row in rows if row[column]}


_BEGUN = pytest.StashKey[float]()


def _taken() -> float:
    seconds = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        seconds += used.ru_utime + used.ru_stime
    for process in descendants():
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            seconds += times.user + times.system + times.children_user + times.children_system
    return seconds
