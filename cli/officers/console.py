"""`harmwatch console`, in full `console serve`: the board as a page, live, for officers on duty."""

import click

from cli.past.answering import answer_past
from console.serve import serve
from runtime.service_logs import log_as
from runtime.settings import load_settings


@click.command()
def command() -> None:
    """Serves the board as a live page at HARMWATCH_CONSOLE, until SIGTERM or Ctrl-C."""
    settings = load_settings()
    log_as(settings)
    serve(settings, answer_past)
