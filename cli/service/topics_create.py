"""`harmwatch topics create`."""

import click

from cli.output import json_option, show_untyped
from runtime.settings import load_settings
from runtime.topic_creation import create_topics


@click.command()
@click.option("--partitions", type=click.IntRange(1, 1024), help="Of offences.v1; 4 if left out. They are chosen once.")
@click.option("--new-board", is_flag=True, help="No board has ever worked here, although topics hold records.")
@json_option
def command(partitions: int | None, *, new_board: bool, as_json: bool) -> None:
    """Creates the topics that are missing, and sets right what is wrong with the others."""
    made = create_topics(load_settings(), partitions, new_board=new_board)
    show_untyped(
        {"created": made.created, "altered": made.altered, "lacking": made.lacking},
        as_json,
        lambda document: "\n".join(
            f"{what}: " + (", ".join(names) or "nothing")
            for what, names in document.items()
            if names or what == "created"
        ),
    )
