"""What a place holds of alerts.v1: the next offset, the last sequence that was done, and of which topic."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Self

from harmwatch_client.errors import BadPlace


@dataclass(frozen=True, slots=True)
class Mark:
    """`sequence` and `board` None: nothing was done yet; `topic_id` None: the cluster gives its topics no ids."""

    topic: str
    # Part of the place, since a recreated topic has the same offsets and sequences from 1 (decision 0019).
    topic_id: str | None
    offset: int
    board: str | None
    sequence: int | None

    @property
    def text(self) -> str:
        """How it is kept."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str, topic: str) -> Self:
        """The same again. Raises BadPlace where it is none, or of another topic than `topic`."""
        try:
            content = json.loads(text)
            mark = cls(**{field.name: content[field.name] for field in fields(cls)})
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise BadPlace(f"this is no place on {topic}: {text[:80]!r}") from error
        if mark.topic != topic:
            raise BadPlace(f"the place is one on {mark.topic!r}, not on {topic!r}")
        if not mark._is_sound():
            raise BadPlace(f"this is no place on {topic}: {text[:80]!r}")
        return mark

    def _is_sound(self) -> bool:
        numbers = [self.offset, 0 if self.sequence is None else self.sequence]
        texts = [self.topic_id, self.board]
        return all(type(one) is int and one >= 0 for one in numbers) and all(
            one is None or isinstance(one, str) for one in texts
        )
