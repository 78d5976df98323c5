"""`harmwatch topics create`."""

import click

from cli.output import json_option, show
from runtime.settings import load_settings
from runtime.topic_creation import create_topics
from sight.document import Document


class TopicsDocument(Document):
    """What was created, what was set right, and what could not be."""

    created: tuple[str, ...]
    altered: tuple[str, ...]
    lacking: tuple[str, ...]


DOCUMENT = TopicsDocument


@click.command()
@click.option("--partitions", type=click.IntRange(1, 1024), help="Of offences.v1; 4 if left out. They are chosen once.")
@click.option("--new-board", is_flag=True, help="No board has ever worked here, although topics hold records.")
@json_option
def command(partitions: int | None, *, new_board: bool, as_json: bool) -> None:
    """Creates the topics that are missing, and corrects the settings of the others."""
    made = create_topics(load_settings(), partitions, new_board=new_board)
    document = TopicsDocument(created=made.created, altered=made.altered, lacking=made.lacking)
    show(document, as_json, render_topics)


def render_topics(document: TopicsDocument) -> str:
    """A line for what was created, and for the others where there are any."""
    lines = [f"created: {', '.join(document.created) or 'nothing'}"]
    for what, names in (("altered", document.altered), ("lacking", document.lacking)):
        if names:
            lines.append(f"{what}: {', '.join(names)}")
    return "\n".join(lines)
