"""The keys of one board in Redis; `{board}` is a hash tag, so that a board is one slot of a cluster.

| key       | type   | lifetime              | holds |
|-----------|--------|-----------------------|-------|
| meta | hash | the board's | layout, generation, recovery, entry, sequence, moments, settings, clocks, parked, sizes |
| ledger    | hash   | the board's           | partition -> next offset to apply |
| offenders | hash   | the board's           | offender_id -> packed rows, one per offence (rows.py) |
| rank      | zset   | while score > 0       | offender_id by -(millidays * 2^17 + latest anchor day) |
| due       | zset   | while a step is to end | offender_id by the instant of the next step end |
| band      | hash   | while in the band     | offender_id -> sequence and as_of of the entrance |
| outbox    | list   | until published       | journal entries that the relay has not published yet |
| weights   | hash   | the board's           | code and steps <-> the number that stands for them in a row |
| spilled   | zset   | the board's           | offenders with many offences: rows and their orders, by bytes |
| before_offenders | hash | while a policy is activated | what `offenders` held under the policy before |
| before_rank | zset | while a policy is activated | what `rank` held |
| verdicts  | hash   | the board's           | partition -> how many were judged, and which of the last refused |

Beside the board's, and no part of it:

| key       | type | lifetime | holds |
|-----------|------|----------|-------|
| sign_ins  | hash | until signed out, or over | digest -> who, since when, until when; `seen:` digest -> last there |

Those of a key store lie in another Redis, which nobody empties:

| key               | type | lifetime                   | holds |
|-------------------|------|----------------------------|-------|
| sealing_persons   | hash | until condemned            | person -> id of their current key |
| sealing_keys      | hash | until destroyed            | id of a key -> its secret |
| sealing_condemned | hash | from condemned to destroyed | id of a key -> person |
"""

from dataclasses import dataclass

NAMES = (
    "meta", "ledger", "offenders", "rank", "due", "band", "outbox", "weights", "spilled",
    "before_offenders", "before_rank", "verdicts",
)  # fmt: skip

COUNTED_KEYS = ("offenders", "rank", "due", "band", "weights", "spilled", "verdicts")
SORTED_SETS = {"rank", "due", "spilled"}

LAYOUT = b"4"
"""How everything lies in these keys; a store with another number is rebuilt (lua/parts/board.lua has the same)."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the board `board` under `prefix`, in the order in which every script takes them."""

    prefix: str
    board: str

    def __getitem__(self, name: str) -> str:
        return f"{self.prefix}harmwatch:{{{self.board}}}:{name}"

    @property
    def all(self) -> list[str]:
        """Every key of the board."""
        return [self[name] for name in NAMES]
