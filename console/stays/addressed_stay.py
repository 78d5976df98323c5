"""Which stay an address names."""

from starlette.exceptions import HTTPException

from desk.state import Desk


def addressed_stay(alert_id: str, board: str, desk: Desk) -> int:
    """The sequence by which the desk knows it. Raises HTTPException where there is no such stay."""
    named, _, number = alert_id.rpartition(":")
    is_plain = number.isascii() and number.isdigit() and len(number) < 19 and not number.startswith("0")
    if named != board or not is_plain or int(number) not in desk.stays:
        raise HTTPException(404)
    return int(number)
