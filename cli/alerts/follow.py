"""`harmwatch alerts follow`: each alert as it comes, until Ctrl-C."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from cli.alerts.kept_place import KeptPlace
from cli.alerts.list import row_of
from cli.alerts.reading import open_alerts, say_what_waits, unsealed
from cli.output import say
from cli.topics import passed_over_option
from harmwatch_client import Alerts, Begin, Event
from models.alert import Alert, BaselineEvent, wire_bytes
from models.errors import Unavailable, Unproved, WrongUse
from runtime.settings import Settings, load_settings
from sight.opening import UnsealedAlerts

_QUIET_SECONDS = 30.0
"""After so long without an alert it is said if that is not for want of one."""


DOCUMENT = Alert | BaselineEvent
"""Of each line."""


@click.command()
@click.option("--exec", "line", metavar="CMD", help="Run by the shell for each: the alert as JSON on its input.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each.")
@click.option("--from", "begin", type=click.IntRange(0), metavar="N", help="Begin with alert N; else with the next.")
@click.option(
    "--place",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep in this file how far it came, and go on there.",
)
@passed_over_option
def command(
    *, line: str | None, as_json: bool, begin: int | None, place: Path | None, passed_over: tuple[int, ...]
) -> None:
    """Shows each alert as it comes, until Ctrl-C.

    With --exec the next one waits until CMD has ended; exit code 0 means that it is done.
    """
    if line is not None and as_json:
        raise WrongUse("--exec and --json exclude each other: a command gets the alert as JSON anyway")
    follow_alerts(load_settings(), FollowOptions(line, as_json, begin, place, passed_over))


@dataclass(frozen=True, slots=True)
class FollowOptions:
    """What becomes of each: a command, a line of JSON, or a line for a person; where to begin, and what is kept."""

    command: str | None
    as_json: bool
    begin: int | None
    place: Path | None
    passed_over: tuple[int, ...]

    def act(self, event: Event, opened: Alert | BaselineEvent) -> None:
        """Raises Unproved where the command says that it is not done."""
        if self.command is not None:
            _run(self.command, event, wire_bytes(opened))
        if self.as_json:
            click.echo(wire_bytes(opened))
        elif self.command is None:
            click.echo(row_of(opened))


def follow_alerts(settings: Settings, following: FollowOptions) -> None:
    """Does not end by itself. Raises Unproved, PreconditionFailed, Unavailable, WrongUse."""
    place = None if following.place is None else KeptPlace(following.place)
    begin: Begin = "now" if following.begin is None else following.begin
    with (
        closing(UnsealedAlerts.of(settings)) as in_clear,
        open_alerts(settings, begin, following.passed_over, place) as alerts,
    ):
        for event in _events(settings, alerts):
            following.act(event, unsealed(in_clear, event))
            alerts.done(event)


def _events(settings: Settings, alerts: Alerts) -> Iterator[Event]:
    while True:
        event = alerts.next(_QUIET_SECONDS)
        if event is not None:
            yield event
            continue
        try:
            say_what_waits(settings)
        except Unavailable as error:
            say(f"no alert can come: {error}")


def _run(command: str, event: Event, value: bytes) -> None:
    """The names of persons go by standard input alone: arguments and variables are seen by others on this machine."""
    names = {"ALERT_ID": event.id, "ALERT_TYPE": event.type}
    done = subprocess.run(["/bin/sh", "-c", command], input=value + b"\n", env=os.environ | names, check=False)
    if done.returncode:
        raise Unproved(f"{event.id} is not done: the command ended with {done.returncode}")
