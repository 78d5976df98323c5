"""`harmwatch completion`: the script by which a shell completes commands, options and their values."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")
_PROGRAM = "harmwatch"
_VARIABLE = "_HARMWATCH_COMPLETE"  # click's own name for it, made of the program's


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Prints the script that completes commands and options in SHELL."""
    found = get_completion_class(shell)
    assert found is not None, shell  # SHELLS are those that click knows
    click.echo(found(context.find_root().command, {}, _PROGRAM, _VARIABLE).source())
