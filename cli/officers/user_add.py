"""`harmwatch console user add`."""

import click

from cli.officers.users import make_secret, open_users, refuse_odd_name
from console.officer import Role
from console.sign_in.users_file import User
from models.errors import PreconditionFailed

_ROLES = ("viewer", "officer", "supervisor", "auditor", "device")


@click.command()
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), required=True, help="What they may do.")
def command(name: str, role: str) -> None:
    """Adds a user of the console; asks for a password, or reads a line of standard input. A device gets a token."""
    token = add_user(name, role)
    click.echo(token or f"{name} may sign in, as {role}")


def add_user(name: str, role: str) -> str:
    """Answers the token of a device, which stands nowhere else; of others nothing.

    Raises WrongUse, PreconditionFailed where there is one of that name.
    """
    file = open_users()
    refuse_odd_name(name)
    with file.changing() as users:
        if name in users:
            raise PreconditionFailed(f"there is a user {name}: harmwatch console user password {name} changes it")
        digest, token = make_secret(role)
        users[name] = User(Role(role), digest)
    return token
