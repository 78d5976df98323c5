"""How a stay is named: by the alert_id of the entrance that began it."""

from typing import Annotated

from pydantic import Field

StayName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}:[1-9][0-9]{0,17}$")]
"""`<board>:<sequence>`; of a member of a baseline the sequence is that of its entrance."""


def stay_sequence(name: str) -> int:
    """The sequence in a name; a desk knows its stays by it."""
    return int(name.rpartition(":")[2])
