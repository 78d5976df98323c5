"""The file of users, as commands open it."""

import click

from console.sign_in.device_tokens import new_token, token_digest
from console.sign_in.users_file import Passwords, UsersFile, is_name
from models.errors import WrongUse
from runtime.settings import load_settings


def open_users() -> UsersFile:
    """Raises WrongUse where no file is named."""
    path = load_settings().console_users
    if path is None:
        raise WrongUse("HARMWATCH_CONSOLE_USERS names no file: set it to where the users of the console lie")
    return UsersFile(path)


def refuse_odd_name(name: str) -> None:
    """Raises WrongUse."""
    if not is_name(name):
        raise WrongUse(
            "a name has up to 64 small letters, digits, dots, dashes and underscores; a letter or digit first"
        )


def ask_password() -> str:
    """Of a person twice, unseen; of a pipe its first line. The digest of it. Raises WrongUse."""
    typed = click.get_text_stream("stdin")
    if typed.isatty():
        return Passwords().digest(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return Passwords().digest(typed.readline().rstrip("\r\n"))


def make_secret(role: str) -> tuple[str, str]:
    """The digest of a password that is asked for; of a device's token, with that token. Raises WrongUse."""
    if role != "device":
        return ask_password(), ""
    token = new_token()
    return token_digest(token), token
