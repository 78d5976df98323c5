"""A frame of the queue: made once for every page, whole or as what has changed."""

from dataclasses import dataclass
from functools import cached_property

from console.frames import event_bytes
from console.stays.queue_text import ItemText, QueueText


@dataclass(frozen=True)
class QueueFrame:
    """`number` counts up; `before` is the text that the frame with the number before it showed."""

    number: int
    text: QueueText
    before: QueueText | None

    @cached_property
    def whole(self) -> bytes:
        """For a page that knows nothing yet, or has missed frames."""
        return self._event([_item(item) for item in self.text.items], whole=True)

    @cached_property
    def change(self) -> bytes:
        """For a page that shows the frame before: the order of all items, the content of changed ones."""
        if self.before is None:
            return self.whole
        known = set(self.before.items)
        return self._event([item.key if item in known else _item(item) for item in self.text.items], whole=False)

    def _event(self, items: list[object], *, whole: bool) -> bytes:
        text = self.text
        content = {
            "number": self.number, "whole": whole, "summary": text.summary, "nothing": text.nothing, "items": items,
        }  # fmt: skip
        return event_bytes("queue", content)


def _item(item: ItemText) -> dict[str, object]:
    return {
        "key": item.key, "id": item.alert_id, "address": item.address, "kind": item.kind, "word": item.word,
        "age": item.age, "owner": item.owner, "pieces": [[piece.text, int(piece.names)] for piece in item.pieces],
    }  # fmt: skip
