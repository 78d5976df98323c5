"""How long certificates still do: three weeks are short, three days are no time."""

import time

from cli.doctor.check import CheckResult, fault, good, weak

_SOON_DAYS, _ENDING_DAYS = 21, 3
_DAY_SECONDS = 86_400


def judge_end(whose: str, end: float, remedy: str) -> CheckResult:
    """Of one that does until `end` (Unix seconds)."""
    days = (end - time.time()) / _DAY_SECONDS
    if days < 0:
        return fault(f"{whose} has ended {-days:.0f} days ago", remedy)
    text = f"{whose} ends in {days:.0f} days"
    if days >= _SOON_DAYS:
        return good(text)
    return weak(text, remedy) if days >= _ENDING_DAYS else fault(text, remedy)
