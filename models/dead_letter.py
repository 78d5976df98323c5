"""What stands on a dead letter beside its original key and bytes."""

from models.journal import RefusalOut


def dead_letter_headers(refusal: RefusalOut, topic: str, partition: int) -> list[tuple[str, bytes]]:
    """Why the record was refused, and where the original lies."""
    texts = {
        "reason": refusal.reason,
        "detail": refusal.detail,
        "topic": topic,
        "partition": str(partition),
        "offset": str(refusal.offset),
    }
    return [(name, text.encode(errors="replace")) for name, text in texts.items()]
