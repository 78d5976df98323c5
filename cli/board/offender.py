"""`harmwatch offender`."""

import click

from cli.board.as_of import offender_at
from cli.board.as_of_text import render_offender_view
from cli.board.reading import offender_now
from cli.clocks import AsOf, clock_options
from cli.output import json_option, show
from runtime.settings import load_settings


@click.command()
@click.argument("offender_id")
@clock_options
@json_option
def command(offender_id: str, clocks: AsOf, as_json: bool) -> None:
    """Shows one person: rank, score, and every offence known of them; now, or at an instant."""
    settings = load_settings()
    document = offender_at(settings, offender_id, clocks) if clocks.asked else offender_now(settings, offender_id)
    show(document, as_json, render_offender_view)
