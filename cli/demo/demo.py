"""`harmwatch demo`: the whole service on this machine, from an empty cluster to a verified journal."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import click

from cli.audit.verify import Request, verify_installation
from cli.audit.verify_document import render_verify
from cli.command_group import require_extra
from cli.demo.delivered import show_delivery
from cli.demo.history import History, history_of_file, synthetic_history
from cli.demo.live import send_and_show
from cli.demo.sending import sender
from cli.demo.story import tell_outcome
from cli.demo.working_off import wait_idle, work_off
from cli.output import say
from cli.paths import ANY
from cli.service.worker_process import running_worker
from embedded.stack import Stack
from models.errors import Unavailable, WrongUse
from runtime.settings import Settings, load_settings
from runtime.topic_creation import create_topics


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=str))
@click.option("--mapping", type=ANY, help="As for ingest, with FILE.")
@click.option("--fast", is_flag=True, help="A tenth of the records.")
@click.option(
    "--console", is_flag=True, help="The console instead of a screen, on a London that goes on, until Ctrl-C."
)
def command(file: str | None, mapping: Path | None, fast: bool, console: bool) -> None:
    """Shows the whole thing on this machine, with nothing installed beside Python."""
    if not console:
        sys.exit(run_demo(file, mapping, fast=fast))
    if file is not None:
        raise WrongUse("--console shows the synthetic London: leave out FILE")
    require_extra("console")
    from cli.demo.desk import run_desk  # noqa: PLC0415  (what it shows is of the extra)

    run_desk(fast=fast)


def run_demo(file: str | None, mapping: Path | None, *, fast: bool) -> int:
    """Runs the demo; 0 when everything was verified. Raises WrongUse, PreconditionFailed, Unavailable."""
    history = history_of_file(file, mapping, fast=fast) if file else synthetic_history(load_settings(), fast=fast)
    say("Starting Kafka and Valkey, for as long as this runs.")
    with Stack(None, say) as stack:
        os.environ.update(stack.environment(), HARMWATCH_CLOCK="event", HARMWATCH_ALERTS_AFTER=history.alerts_after)
        settings = load_settings()
        create_topics(settings, partitions=1)

        def start(command: Sequence[str], environment: Mapping[str, str], said: IO[bytes]) -> subprocess.Popen[bytes]:
            return stack.start_command(command, environment, said)

        try:
            return _show(settings, history, start, stack.check)
        except Unavailable:
            stack.check()  # says why, where it knows
            raise


def _show(
    settings: Settings,
    history: History,
    start: Callable[..., subprocess.Popen[bytes]],
    check_stack: Callable[[], None],
) -> int:
    click.echo(history.title)
    with sender(settings, check_stack) as send:
        send(history.records[: history.live_from])
        with running_worker(start) as worker:

            def check() -> None:
                check_stack()
                worker.check()

            work_off(settings, history.live_from, check)
            click.echo(f"Now live: {history.live_title}.")
            send_and_show(settings, history.records[history.live_from :], send, check, history.live_title)
            wait_idle(settings, check)
            newest = tell_outcome(settings)
            if newest is not None:
                show_delivery(settings, newest)
            document = verify_installation(settings, Request(with_store=True))
    click.echo("\n" + render_verify(document) + f" ({document.seconds} s)")
    return 0 if document.ok else 1
