"""The two users of a demonstration, since nothing at a desk is decided by one person, and its secret."""

import secrets
from pathlib import Path

from console.officer import Role
from console.sign_in.users_file import Passwords, User, UsersFile

USERS = {"anna": "officer", "ben": "supervisor"}
_PASSWORD_BYTES, _SECRET_BYTES = 9, 32


def add_desk_users(file: Path) -> dict[str, str]:
    """Writes their file; answers their passwords, which stand nowhere else."""
    passwords, digests = {name: secrets.token_urlsafe(_PASSWORD_BYTES) for name in USERS}, Passwords()
    with UsersFile(file).changing() as users:
        for name, role in USERS.items():
            users[name] = User(Role(role), digests.digest(passwords[name]))
    return passwords


def add_desk_secret(file: Path) -> Path:
    """Writes the secret under which addresses name persons."""
    file.touch(0o600)
    file.write_text(secrets.token_hex(_SECRET_BYTES), "ascii")
    return file
