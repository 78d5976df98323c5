"""How far the files of an ingest are read, on a terminal only: lines so far, rate and time left."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli.terminal import put_back_at_the_end
from intake.intake import Intake

_SHOW_EVERY_LINES = 2_000


@contextmanager
def progress_bar(lines: Intake) -> Iterator[Callable[[int], None]]:
    """A bar, and what is called with the number of lines that are done."""
    progress = Progress(
        TextColumn("{task.fields[lines]:,} lines, {task.fields[rate]:,.0f}/s"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        disable=not sys.stderr.isatty(),
    )
    task, begun_at = progress.add_task("ingest", total=None, lines=0, rate=0.0), time.monotonic()

    def show(done: int) -> None:
        if done % _SHOW_EVERY_LINES == 0:
            share, rate = lines.done_share, done / (time.monotonic() - begun_at)
            total = None if share is None else 1.0
            progress.update(task, total=total, completed=share or 0.0, lines=done, rate=rate)

    with put_back_at_the_end(), progress:
        yield show
