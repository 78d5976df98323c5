"""What nobody can compute again is fixed by checkpoints: what is another thing later is named, and where it lies."""

from collections.abc import Callable, Sequence

import pytest

from audit.verify.fixed_topics import changed_topics, fix_topics
from broker.reader import OpenReader, Reader
from models.checkpoint import UNSIGNED, Checkpoint
from models.record import Offset, Record
from models.topics import OFFICER_ACTIONS, Topic
from tests.audit.golden.history import WrittenDown

RECORDS = [Record(Offset(number), 1_000 * number, b"v100", b"action %d" % number) for number in range(9)]


def opened(records: Sequence[Record]) -> OpenReader:
    def open_reader(topic: Topic, _: int) -> Reader:
        assert topic is OFFICER_ACTIONS
        return WrittenDown(list(records))

    return open_reader


def a_checkpoint(count: int) -> Checkpoint:
    """Made when so many records lay there."""
    return Checkpoint(
        board="v100", entry=count, head="a" * 64, as_of="2026-01-01T00:00:00Z", alerts=0, root="0" * 64,
        time=f"2026-01-0{count}T00:00:00Z", public_key="b" * 64, signature=UNSIGNED,
        topics=fix_topics(opened(RECORDS[:count]), [OFFICER_ACTIONS]),
    )  # fmt: skip


def changes(records: Sequence[Record], *counts: int) -> list[str]:
    return changed_topics(opened(records), [a_checkpoint(count) for count in counts], [OFFICER_ACTIONS])


def with_one(number: int, **changed: object) -> list[Record]:
    return [one._replace(**changed) if one.offset == number else one for one in RECORDS]  # type: ignore[arg-type]


def test_what_only_grew_is_as_it_was_fixed() -> None:
    assert changes(RECORDS, 6, 3, 9) == []
    assert changes(RECORDS[:6], 6, 3) == []


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: with_one(4, value=b"forged"), lambda: with_one(4, value=None), lambda: with_one(4, key=b"other"),
        lambda: with_one(4, timestamp_ms=1), lambda: [one for one in RECORDS if one.offset != 4],
    ],
    ids=["value", "no value", "key", "time", "gone"],
)  # fmt: skip
def test_a_record_that_is_another_is_named_between_the_checkpoints_around_it(
    tamper: Callable[[], list[Record]],
) -> None:
    (text,) = changes(tamper(), 9, 3, 6)
    assert text == (
        "officer-actions.v1: the checkpoint of 2026-01-06T00:00:00Z fixed it up to offset 6 with another content: "
        "a record was changed, taken away or put in from offset 3 on"
    )


def test_records_that_are_gone_from_the_end_are_named() -> None:
    (text,) = changes(RECORDS[:5], 3, 6)
    assert text.endswith("fixed it up to offset 6, and it ends at 5: records are gone")
    (text,) = changed_topics(opened(RECORDS), [a_checkpoint(3)], [])
    assert "is not there, or hidden" in text


def test_a_checkpoint_says_what_it_fixes_under_its_signature_and_older_ones_read_as_they_did() -> None:
    checkpoint = a_checkpoint(3)
    assert checkpoint.text.endswith(f"topic officer-actions.v1 3 {checkpoint.topics[0].digest}\n")
    without = checkpoint.model_copy(update={"topics": ()})
    assert without.text == "\n".join(checkpoint.text.split("\n")[:-2]) + "\n"
