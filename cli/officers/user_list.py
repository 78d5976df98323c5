"""`harmwatch console user list`."""

import click

from cli.officers.users import open_users
from cli.output import json_option, show
from sight.document import Document


class UserRow(Document):
    """Somebody who may sign in; `token`: whether a program may ask as they do."""

    name: str
    role: str
    token: bool


class UsersDocument(Document):
    """By name."""

    users: tuple[UserRow, ...]


DOCUMENT = UsersDocument


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Lists the users of the console and their roles."""
    users = open_users().users()
    rows = tuple(
        UserRow(name=name, role=user.role.value, token=bool(user.token)) for name, user in sorted(users.items())
    )
    show(UsersDocument(users=rows), as_json, render_users)


def render_users(document: UsersDocument) -> str:
    """A line for each."""
    lines = (f"{row.name:<24} {row.role}{', with a token' if row.token else ''}" for row in document.users)
    return "\n".join(lines) or "no users"
