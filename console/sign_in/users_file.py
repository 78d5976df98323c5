"""The users of a console in a file that its owner alone may read: name, role, and the digest of a password."""

import fcntl
import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from console.officer import Role
from models.access.secret_file import SecretFile
from models.errors import NotAllowed, WrongUse

SETTING = "HARMWATCH_CONSOLE_USERS"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class User:
    """`password` is an argon2id digest, `token` that of a program's, empty: it has none."""

    role: Role
    password: str
    token: str = ""

    @property
    def mark(self) -> str:
        """Another one with another password: a sign-in under the one before counts no more."""
        return sha256(self.password.encode()).hexdigest()[:16]


class UsersFile:
    """Read again whenever it has changed; changes are written beside it and put in its place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int, int] | None = None
        self._users: Mapping[str, User] = {}

    def users(self) -> Mapping[str, User]:
        """By name. Raises NotAllowed where others can read it, or it cannot be read."""
        if (fault := SecretFile(SETTING, self.path).fault()) is not None:
            raise NotAllowed(fault)
        found = self.path.stat()
        stamp = found.st_ino, found.st_mtime_ns, found.st_size
        if stamp != self._stamp:
            self._users, self._stamp = _read(self.path), stamp
        return self._users

    @contextmanager
    def changing(self) -> Iterator[dict[str, User]]:
        """The users to change, one who changes them at a time; written whole when the block ends well.

        Raises WrongUse, NotAllowed.
        """
        try:
            lock = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise WrongUse(f"{SETTING}: {self.path}: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            users = dict(self.users()) if self.path.exists() else {}
            yield users
            _write(self.path, users)
        finally:
            os.close(lock)


def is_name(text: str) -> bool:
    """Whether somebody can be called so."""
    return _NAME.fullmatch(text) is not None


class Passwords:
    """Digests by argon2id, each with a salt of its own; as costly as its library advises."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash(os.urandom(16))

    def digest(self, password: str) -> str:
        """Raises WrongUse for one that is too short, or too long."""
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise WrongUse(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
        return self._hasher.hash(_normal(password))

    def fits(self, password: str, user: User | None) -> bool:
        """Whether it is the user's. Takes as long for somebody who is not there."""
        digest = self._nobodys if user is None else user.password
        try:
            return self._hasher.verify(digest, _normal(password[:LONGEST_PASSWORD])) and user is not None
        except (Argon2Error, InvalidHashError):
            return False


def _normal(password: str) -> bytes:
    """Keyboards differ in how they write a letter with an accent."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")


def _read(path: Path) -> Mapping[str, User]:
    try:
        content = json.loads(path.read_bytes())["users"]
        users = {
            name: User(Role(each["role"]), str(each["password"]), str(each.get("token", "")))
            for name, each in content.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAllowed(f"{SETTING}: {path} is no file of users ({type(error).__name__})") from error
    return users


def _write(path: Path, users: Mapping[str, User]) -> None:
    content = {
        name: {"role": user.role, "password": user.password} | ({"token": user.token} if user.token else {})
        for name, user in sorted(users.items())
    }
    beside = path.with_name(f"{path.name}.new")
    try:
        with open(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(json.dumps({"users": content}, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise WrongUse(f"{SETTING}: {path}: {error.strerror}") from error
