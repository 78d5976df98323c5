"""`harmwatch console user remove`."""

import click

from cli.officers.users import open_users
from models.errors import PreconditionFailed


@click.command()
@click.argument("name")
def command(name: str) -> None:
    """Removes a user of the console; their sessions end at once."""
    remove_user(name)
    click.echo(f"{name} may not sign in any more, and is signed out")


def remove_user(name: str) -> None:
    """Raises PreconditionFailed where there is none, WrongUse."""
    with open_users().changing() as users:
        if users.pop(name, None) is None:
            raise PreconditionFailed(f"there is no user {name}")
