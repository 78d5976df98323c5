"""`harmwatch board`."""

import click

from cli.board.as_of import board_at
from cli.board.as_of_text import render_board_view
from cli.board.reading import board_now
from cli.clocks import AsOf, clock_options
from cli.output import json_option, show
from runtime.settings import load_settings


@click.command()
@click.option("--top", type=click.IntRange(1), default=100, show_default=True, help="How many.")
@clock_options
@json_option
def command(top: int, clocks: AsOf, as_json: bool) -> None:
    """Shows the ranking as it is now, or as it was at an instant."""
    settings = load_settings()
    show(board_at(settings, top, clocks) if clocks.asked else board_now(settings, top), as_json, render_board_view)
