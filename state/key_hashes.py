"""A key store in Redis: three hashes. It must be kept on disk (`appendonly yes`), and not be the board's."""

import secrets

import redis

from models.access.redis_access import Access
from models.key_store import SECRET_BYTES, Key, KeyNamespace
from state.connection import connect, store_errors
from state.keys import Keys
from state.server import Server, look_at_server


class KeyHashes:
    """The keys of a board in a Redis. Raises Unavailable, or WrongUse for a bad URL."""

    def __init__(self, where: str | Access, holder: KeyNamespace) -> None:
        self._client: redis.Redis = connect(where)
        self._holder = holder
        names = Keys(holder.prefix, holder.board)
        self._persons, self._keys = names["sealing_persons"], names["sealing_keys"]
        self._condemned = names["sealing_condemned"]

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def server(self) -> Server:
        """What is behind it."""
        return look_at_server(self._client)

    def current(self, offender_id: str) -> Key | None:
        """The key under which what is new about a person is sealed."""
        with store_errors():
            key_id = self._client.hget(self._persons, self._holder.name_of(offender_id))
        return None if key_id is None else self.find(_text(key_id))

    def create(self, offender_id: str) -> Key:
        """A current key for a person without one."""
        key, person = Key(secrets.token_bytes(SECRET_BYTES)), self._holder.name_of(offender_id)
        with store_errors():
            self._client.hset(self._keys, key.id, key.secret)
            if not self._client.hsetnx(self._persons, person, key.id):
                self._client.hdel(self._keys, key.id)
        return self.current(offender_id) or self._replaced(person, offender_id)

    def find(self, key_id: str) -> Key | None:
        """A key that was not destroyed; None also for one that is damaged."""
        with store_errors():
            secret = self._client.hget(self._keys, key_id)
        key = Key(secret) if isinstance(secret, bytes) else None
        return key if key is not None and key.id == key_id else None

    def retire(self, offender_id: str) -> list[str]:
        """Makes a person's key current no more."""
        person = self._holder.name_of(offender_id)
        with store_errors():
            key_id = self._client.hget(self._persons, person)
            if key_id is not None:
                with self._client.pipeline(transaction=True) as both:
                    both.hset(self._condemned, _text(key_id), person)
                    both.hdel(self._persons, person)
                    both.execute()
            marks = self._client.hgetall(self._condemned)
        return sorted(_text(key_id) for key_id, whose in marks.items() if _text(whose) == person)

    def destroy(self, key_id: str) -> None:
        """Takes a condemned key away for ever; its append-only file forgets it when it is rewritten."""
        with store_errors(), self._client.pipeline(transaction=True) as both:
            both.hdel(self._keys, key_id)
            both.hdel(self._condemned, key_id)
            both.execute()

    def _replaced(self, person: str, offender_id: str) -> Key:
        """The key that was current is gone: what is new gets another."""
        with store_errors():
            self._client.hdel(self._persons, person)
        return self.create(offender_id)


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode(errors="replace")
