"""The file of users, as commands open it."""

from typing import TYPE_CHECKING

import click

from cli.officers.console import find_console
from models.errors import WrongUse
from runtime.settings import load_settings

if TYPE_CHECKING:
    from console.sign_in.users_file import UsersFile


def open_users() -> "UsersFile":
    """Raises WrongUse where no file is named, or the extra is missing."""
    find_console()
    from console.sign_in.users_file import UsersFile  # noqa: PLC0415  (an optional extra)

    path = load_settings().console_users
    if path is None:
        raise WrongUse("HARMWATCH_CONSOLE_USERS names no file: set it to where the users of the console lie")
    return UsersFile(path)


def refuse_odd_name(name: str) -> None:
    """Raises WrongUse."""
    from console.sign_in.users_file import is_name  # noqa: PLC0415  (an optional extra)

    if not is_name(name):
        raise WrongUse(
            "a name has up to 64 small letters, digits, dots, dashes and underscores; a letter or digit first"
        )


def ask_password() -> str:
    """Of a person twice, unseen; of a pipe its first line. The digest of it. Raises WrongUse."""
    from console.sign_in.users_file import Passwords  # noqa: PLC0415  (an optional extra)

    typed = click.get_text_stream("stdin")
    if typed.isatty():
        return Passwords().digest(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return Passwords().digest(typed.readline().rstrip("\r\n"))


def make_secret(role: str) -> tuple[str, str]:
    """The digest of a password that is asked for; of a device's token, with that token. Raises WrongUse."""
    from console.sign_in.device_tokens import new_token, token_digest  # noqa: PLC0415  (an optional extra)

    if role != "device":
        return ask_password(), ""
    token = new_token()
    return token_digest(token), token
