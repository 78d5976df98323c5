"""`--why`: the reason that an order on delivery-orders.v1 carries."""

import click

from cli.non_empty_text import NonEmptyText

why_option = click.option(
    "--why", type=NonEmptyText(), required=True, help="Recorded on delivery-orders.v1, with your name and the time."
)
