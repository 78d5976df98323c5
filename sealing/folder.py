"""A key store in a folder: one small file per key, so that destroying one rewrites no other.

persons/<name>             the id of a person's current key
keys/<key id>              its secret
condemned/<name>.<key id>  an empty file: the key is to be destroyed
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from models.errors import Unavailable, WrongUse
from models.key_store import SECRET_BYTES, Key, KeyNamespace

_ROOMS = ("persons", "keys", "condemned")


class KeyFolder:
    """The keys of a board in `root`; only its owner can read them."""

    def __init__(self, root: Path, holder: KeyNamespace) -> None:
        self._root = root
        self._holder = holder

    @classmethod
    def open(cls, root: Path, holder: KeyNamespace, *, create: bool) -> "KeyFolder":
        """Raises WrongUse when there is no such folder, or it cannot be made."""
        if not create and not (root / "keys").is_dir():
            raise WrongUse(f"HARMWATCH_KEY_STORE: there is no key store at {root}")
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for room in _ROOMS:
                (root / room).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise WrongUse(f"HARMWATCH_KEY_STORE: {root} cannot be a key store: {error.strerror}") from error
        return cls(root, holder)

    def close(self) -> None:
        """Nothing is held open."""

    def current(self, offender_id: str) -> Key | None:
        """The key under which what is new about a person is sealed."""
        with self._errors():
            key_id = _read(self._person(offender_id))
        return None if key_id is None else self.find(key_id.decode(errors="replace"))

    def create(self, offender_id: str) -> Key:
        """A current key for a person without one."""
        key, person = Key(secrets.token_bytes(SECRET_BYTES)), self._person(offender_id)
        with self._errors():
            _write(self._key(key.id), key.secret)
            unfinished = person.with_name(f"{person.name}.{key.id}")
            _write(unfinished, key.id.encode())
            try:
                os.link(unfinished, person)
                _keep(person.parent)
            except FileExistsError:
                self._key(key.id).unlink()
            finally:
                unfinished.unlink()
        return self.current(offender_id) or self._replaced(person, offender_id)

    def find(self, key_id: str) -> Key | None:
        """A key that was not destroyed; None also for one whose file is damaged."""
        with self._errors():
            secret = _read(self._key(key_id)) if key_id.isalnum() else None
        key = None if secret is None else Key(secret)
        return key if key is not None and key.id == key_id else None

    def retire(self, offender_id: str) -> list[str]:
        """Makes a person's key current no more."""
        person, condemned = self._person(offender_id), self._root / "condemned"
        with self._errors():
            key_id = _read(person)
            if key_id is not None:
                _write(condemned / f"{person.name}.{key_id.decode(errors='replace')}", b"")
                person.unlink()
                _keep(person.parent)
            return sorted(path.suffix[1:] for path in condemned.glob(f"{person.name}.*"))

    def destroy(self, key_id: str) -> None:
        """Overwrites the secret before it is deleted, so that no free block of the disk holds it."""
        path = self._key(key_id)
        with self._errors(), suppress(FileNotFoundError):
            with path.open("r+b") as secret:
                secret.write(bytes(SECRET_BYTES))
                secret.flush()
                os.fsync(secret.fileno())
            path.unlink()
            _keep(path.parent)
        with self._errors():
            for mark in (self._root / "condemned").glob(f"*.{key_id}"):
                mark.unlink(missing_ok=True)

    def _replaced(self, person: Path, offender_id: str) -> Key:
        """The file of the key that was current is gone: what is new gets another."""
        with self._errors():
            person.unlink(missing_ok=True)
        return self.create(offender_id)

    def _person(self, offender_id: str) -> Path:
        return self._root / "persons" / self._holder.name_of(offender_id)

    def _key(self, key_id: str) -> Path:
        return self._root / "keys" / key_id

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(
                f"the key store {self._root} does not answer (HARMWATCH_KEY_STORE): {error.strerror}"
            ) from error


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    """A file that is on the disk when this returns; nothing may be published under a key that a power cut takes."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    _keep(path.parent)


def _keep(folder: Path) -> None:
    """Names are kept by their folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
