"""`harmwatch brake`: a person's word on a parked partition."""

import click

from cli.output import json_option, show
from cli.why import Why


@click.group()
def brake() -> None:
    """What the brake has stopped."""


@brake.command("release")
@click.option("--partition", type=click.IntRange(0), required=True, help="The one that is parked (harmwatch status).")
@click.option("--why", type=Why(), required=True, help="Why the refusals are right; it stands in the journal.")
@json_option
def brake_release(partition: int, why: str, as_json: bool) -> None:
    """Accepts the refusals of a parked partition: its next 1,000 records pass, then the brake counts anew."""
    from cli.service.releasing import release_partition, render_release  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(release_partition(load_settings(), partition, why), as_json, render_release)
