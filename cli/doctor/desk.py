"""Whether who reads about persons is written down wherever officers work."""

from broker.newest_record import newest_sent_at
from cli.doctor.check import Check, CheckResult, good, weak
from cli.doctor.patient import Patient
from cli.topics import are_there
from models.errors import NotAllowed
from models.topics import OFFICER_ACTIONS, topic_name

_OFF = "there is a duty desk, and commands that print persons leave no look on access-log.v1"
_ON = "set HARMWATCH_ACCESS_LOG=on where people run commands here (docs/how-to/sign-in.md)"


def _access_log(patient: Patient) -> CheckResult:
    settings = patient.settings
    if settings.access_log:
        return good("commands that print persons first write down who asked")
    try:
        has_desk = are_there(settings, OFFICER_ACTIONS) and newest_sent_at(
            settings.brokers, topic_name(settings.prefix, OFFICER_ACTIONS)
        )
    except NotAllowed:
        return good("this user may not read officer-actions.v1, so whether there is a desk is not looked at")
    return weak(_OFF, _ON) if has_desk else good("there is no duty desk")


CHECKS = (Check("desk.access_log", _access_log, _ON, ("kafka.topics",)),)
