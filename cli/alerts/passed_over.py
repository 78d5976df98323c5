"""The option that names forged records of alerts.v1, which a reader leaves out."""

import click

passed_over_option = click.option(
    "--passed-over", type=click.IntRange(0), multiple=True, metavar="OFFSET", help="A forged record to leave out."
)
