"""`harmwatch console user password`."""

from dataclasses import replace

import click

from cli.officers.users import make_secret, open_users
from models.errors import PreconditionFailed


@click.command()
@click.argument("name")
def command(name: str) -> None:
    """Sets another password for a user of the console, or another token for a device; their sessions end at once."""
    token = set_password(name)
    click.echo(token or f"{name} has another password, and is signed out")


def set_password(name: str) -> str:
    """Answers the token of a device; of others nothing. Raises PreconditionFailed where there is none, WrongUse."""
    with open_users().changing() as users:
        if name not in users:
            raise PreconditionFailed(f"there is no user {name}")
        digest, token = make_secret(users[name].role)
        users[name] = replace(users[name], password=digest, token="")
    return token
