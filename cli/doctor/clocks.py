"""Clocks of others, held against that of this machine."""

from cli.doctor.check import CheckResult, fault, good, unseen, weak
from cli.doctor.patient import Patient
from models.errors import NotAllowed
from models.topics import OFFICER_ACTIONS

_NEAR_SECONDS = 1.0
_NTP = "fix NTP on the machine whose clock is wrong"
_UNSEEN = "no record here tells the brokers' clock; the controller tells it to the login of the role operator"


def judge_difference(whose: str, ahead_seconds: float, tolerance_seconds: float) -> CheckResult:
    """Of a clock that is ahead by so much; below 0: behind."""
    if abs(ahead_seconds) <= _NEAR_SECONDS:
        return good(f"{whose} is this machine's")
    side = "ahead of" if ahead_seconds > 0 else "behind"
    judge = fault if abs(ahead_seconds) > tolerance_seconds else weak
    return judge(f"{whose} is {abs(ahead_seconds):.1f} s {side} this machine's", _NTP)


def look_at_brokers_clock(patient: Patient) -> CheckResult:
    """The controller's where this login may ask it; else what a broker has dated itself can only be too late."""
    tolerance = patient.settings.clock_tolerance
    try:
        ahead = patient.controller_ahead
    except NotAllowed:
        ahead = None
    if ahead is not None:
        return judge_difference("the clock of the brokers' controller", ahead, tolerance)
    try:
        dated_ahead = patient.dated_ahead
    except NotAllowed:
        dated_ahead = None
    if dated_ahead is None:
        return unseen(_UNSEEN)
    return judge_difference(f"the clock that dates {OFFICER_ACTIONS.name}", max(0.0, dated_ahead), tolerance)
