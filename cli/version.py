"""`harmwatch --version`: the version, and which build of it."""

from importlib.metadata import version

import click

from cli.own_rooms import build


def version_text() -> str:
    """`harmwatch 0.1.0, build 0123456789ab`."""
    return f"harmwatch {version('harmwatch')}, build {build()}"


def _say_version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        click.echo(version_text())
        ctx.exit()


version_option = click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_say_version,
    help="Show version and build.",
)
