"""The newest run of each partition, held against offences.v1: whether the log still holds what was applied."""

from models.journal import RunOut

_REMEDY = (
    "Bring the records back, or take a new HARMWATCH_PREFIX and send the reports there: this board can neither go on "
    "nor be built anew"
)


def cut_short(number: int, run: RunOut, end: int) -> str:
    """What is wrong where a partition ends before the end of a run, in words."""
    return (
        f"offences.v1 partition {run.partition} ends at offset {end}, and entry {number} of the journal was made from "
        f"offsets {run.start} to {run.end}: the log was cut short behind what was applied, or somebody else with the "
        f"right to write to journal.v1 has forged the entry. {_REMEDY}"
    )


def other_records(number: int, run: RunOut) -> str:
    """What is wrong where other records lie at the offsets of a run, in words."""
    return (
        f"offences.v1 offsets {run.start} to {run.end} of partition {run.partition} are not the records that entry "
        f"{number} of the journal was made from: the log was cut short and written on, or somebody else with the right "
        f"to write to journal.v1 has forged the entry. {_REMEDY}"
    )
