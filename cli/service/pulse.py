"""`harmwatch pulse`: whether the worker of this machine turns, for the health check of its container."""

import sys

import click

from cli.output import json_option, show
from models.errors import WrongUse
from runtime.pulse import silent_seconds
from runtime.settings import load_settings
from sight.document import Document


class PulseDocument(Document):
    """Whether the worker turns, and how long ago its last beat was; null: there is none."""

    beats: bool
    silent_seconds: float | None


DOCUMENT = PulseDocument


@click.command()
@click.option(
    "--within",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="How many seconds ago the last beat may be.",
)
@json_option
def command(within: float, as_json: bool) -> None:
    """Says whether the worker that writes HARMWATCH_PULSE turns; asks neither Kafka nor Redis."""
    file = load_settings().pulse
    if file is None:
        raise WrongUse("HARMWATCH_PULSE names no file")
    silent = silent_seconds(file)
    beats = silent is not None and silent <= within
    show(PulseDocument(beats=beats, silent_seconds=silent), as_json, render_pulse)
    sys.exit(0 if beats else 1)


def render_pulse(document: PulseDocument) -> str:
    """When the last beat was."""
    silent = document.silent_seconds
    return "no beat" if silent is None else f"the last beat was {silent:.1f} s ago"
