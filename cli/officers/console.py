"""`harmwatch console`, in full `console serve`: the board as a page, live, for officers on duty."""

from importlib.util import find_spec

import click

from models.errors import WrongUse
from runtime.service_logs import log_as
from runtime.settings import Settings, load_settings


@click.command()
def command() -> None:
    """Serves the board as a live page at HARMWATCH_CONSOLE, until SIGTERM or Ctrl-C."""
    settings = load_settings()
    log_as(settings)
    serve_console(settings)


def serve_console(settings: Settings) -> None:
    """Until SIGTERM or Ctrl-C. Raises WrongUse where the extra is missing, PreconditionFailed."""
    find_console()
    from cli.past.answering import answer_past  # noqa: PLC0415  (what it answers with is of the extra, too)
    from console.serve import serve  # noqa: PLC0415  (an optional extra)

    serve(settings, answer_past)


def find_console() -> None:
    """Raises WrongUse where the extra is missing."""
    for name in ("argon2", "jinja2", "joserfc", "starlette", "uvicorn"):
        if find_spec(name) is None:
            raise WrongUse(f"the console needs {name}: pip install 'harmwatch[console]'")
