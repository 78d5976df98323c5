"""Whether alerts that are to be pushed reach anybody."""

from cli.delivery.ledger import read_ledger, read_orders
from cli.doctor.check import Check, CheckResult, fault, good, weak
from cli.doctor.patient import Patient
from delivery.deliverer import office_name
from delivery.ledger import Line
from delivery.secrets import Secrets
from models.delivery.record import Closed
from models.delivery.terms import Terms
from models.errors import NotAllowed, PreconditionFailed

_NOT_READABLE = "this user may not read the topics of deliveries: with the login of the role audit they are looked at"
_NOBODY = "nobody is to get alerts pushed"
_TOPICS = ("kafka.topics",)
_DONE = ("delivery.receivers",)


def _receivers(patient: Patient) -> CheckResult:
    """The first check, so that the others of the room find what it has read."""
    known = _known(patient)
    if isinstance(known, str):
        return good(known)
    waiting = [f"{terms.id} ({_why(line)})" for terms, line in known if line is not None and _needs_a_person(line)]
    if waiting:
        return weak(f"nothing more is sent to {', '.join(waiting)}", "docs/runbooks/stalled.md")
    return good(f"{len(known)} subscription(s), and none waits for a person")


def _keys(patient: Patient) -> CheckResult:
    known, folder = _known(patient), patient.settings.secrets
    if isinstance(known, str):
        return good(known)
    if folder is None:
        return good("HARMWATCH_SECRETS is empty: a deliverer needs it, and its keys are not looked at here")
    secrets = Secrets(folder)
    faults = [
        f"{terms.id}: {what}" for terms, line in known if not _is_over(line) for what in secrets.faults(terms)
    ]  # fmt: skip
    if faults:
        return fault("; ".join(faults), "bring the file back: `harmwatch subscriptions test ID` says whether it fits")
    return good("every file that a subscription names can be used")


def _deliverer(patient: Patient) -> CheckResult:
    known = _known(patient)
    if isinstance(known, str) or all(_is_over(line) for _, line in known):
        return good(known if isinstance(known, str) else _NOBODY)
    try:
        members = patient.members_of(office_name(patient.settings))
    except NotAllowed as error:
        return good(str(error))
    if not members:
        return fault("nobody delivers", "start one: `harmwatch deliver`, or its unit")
    if members == 1:
        return weak("there is one deliverer and no standby", "start a second one, on another machine")
    return good(f"{members} deliverers, of which one is in office")


def _known(patient: Patient) -> list[tuple[Terms, Line | None]] | str:
    """Each subscription with what became of it; a text: why there is none to look at. Raises Unavailable."""
    if patient.deliveries is None:
        try:
            patient.deliveries = read_orders(patient.settings), read_ledger(patient.settings)
        except NotAllowed:
            return _NOT_READABLE
        except PreconditionFailed:
            return f"{_NOBODY}: the topics of deliveries are not there"
    orders, ledger = patient.deliveries
    named = [(orders.newest(name), ledger.lines.get(name)) for name in orders.subscriptions()]
    return [(terms, line) for terms, line in named if terms is not None] or _NOBODY


def _is_over(line: Line | None) -> bool:
    return line is not None and isinstance(line.closed, Closed)


def _needs_a_person(line: Line) -> bool:
    if line.closed is not None:
        return isinstance(line.closed, Closed) and line.closed.order is None
    return line.stalled is not None


def _why(line: Line) -> str:
    stalled = line.stalled
    if line.closed is not None or stalled is None:
        return "closed by its receiver"
    return f"number {stalled.number}: {stalled.cause}" + ("" if stalled.status is None else f", {stalled.status}")


CHECKS = (
    Check("delivery.receivers", _receivers, "give the right to read deliveries.v1 and delivery-orders.v1", _TOPICS),
    Check("delivery.keys", _keys, "`harmwatch subscriptions check FILE` names every fault", _DONE),
    Check("delivery.deliverer", _deliverer, "start one: `harmwatch deliver`", _DONE),
)
