"""`harmwatch console user password`."""

from dataclasses import replace

import click

from cli.officers.users import ask_password, open_users
from models.errors import PreconditionFailed


@click.command()
@click.argument("name")
def command(name: str) -> None:
    """Sets another password for a user of the console; their sessions end at once."""
    set_password(name)
    click.echo(f"{name} has another password, and is signed out")


def set_password(name: str) -> None:
    """Raises PreconditionFailed where there is no such user, WrongUse."""
    with open_users().changing() as users:
        if name not in users:
            raise PreconditionFailed(f"there is no user {name}")
        users[name] = replace(users[name], password=ask_password())
