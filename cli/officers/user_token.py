"""`harmwatch console user token`."""

from dataclasses import replace

import click

from cli.officers.users import open_users
from models.errors import PreconditionFailed, WrongUse


@click.command()
@click.argument("name")
@click.option("--end", is_flag=True, help="End the token that there is, and make none.")
def command(name: str, end: bool) -> None:
    """Prints a token, once, by which a program asks as a user of the console; the one before ends at once."""
    token = set_token(name, is_ended=end)
    click.echo(token or f"{name} has no token any more")


def set_token(name: str, *, is_ended: bool) -> str:
    """Answers the token, which stands nowhere else; empty: none was made.

    Raises PreconditionFailed where there is no such user, or none to end, WrongUse for a device.
    """
    file = open_users()
    from console.officer import Role  # noqa: PLC0415  (an optional extra)
    from console.sign_in.device_tokens import new_token, token_digest  # noqa: PLC0415  (an optional extra)

    with file.changing() as users:
        if name not in users:
            raise PreconditionFailed(f"there is no user {name}")
        if users[name].role is Role.DEVICE:
            raise WrongUse(f"{name} is a device, whose token it signs in with: harmwatch console user password {name}")
        if is_ended and not users[name].token:
            raise PreconditionFailed(f"{name} has no token")
        secret = "" if is_ended else new_token()
        users[name] = replace(users[name], token=token_digest(secret) if secret else "")
    return f"{name}.{secret}" if secret else ""
