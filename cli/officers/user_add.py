"""`harmwatch console user add`."""

import click

from cli.officers.users import ask_password, open_users, refuse_odd_name
from models.errors import PreconditionFailed

_ROLES = ("officer", "supervisor", "auditor")


@click.command()
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), required=True, help="What they may do.")
def command(name: str, role: str) -> None:
    """Adds a user of the console; asks for a password, or reads a line of standard input."""
    add_user(name, role)
    click.echo(f"{name} may sign in, as {role}")


def add_user(name: str, role: str) -> None:
    """Raises WrongUse, PreconditionFailed where there is one of that name."""
    file = open_users()
    from console.officer import Role  # noqa: PLC0415  (an optional extra)
    from console.sign_in.users_file import User  # noqa: PLC0415

    refuse_odd_name(name)
    with file.changing() as users:
        if name in users:
            raise PreconditionFailed(f"there is a user {name}: harmwatch console user password {name} changes it")
        users[name] = User(Role(role), ask_password())
