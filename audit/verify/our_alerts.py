"""Which records of alerts.v1 are our alerts: what checkpoints, certificates and proofs count, and nothing beside it."""

from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from audit.verify.alerts import alert_order, identify_alert
from models.alert import Alert, BaselineEvent, alert_headers, baseline_headers
from models.record import Record


def our_alerts(records: Iterable[Record], board: str) -> Iterator[tuple[int, Record]]:
    """Each alert and the baseline of a board, with its order; whatever is none, or does not come next, is left out.

    Sequences have no gaps from the first alert or the baseline on. One that is forged under the next sequence cannot
    be distinguished from ours here: `verify` does that.
    """
    order: int | None = None
    for record in records:
        place = _order(record, board)
        if place is not None and _follows(order, place):
            order = place
            yield place, record


def _follows(order: int | None, place: int) -> bool:
    if order is None:
        return place == alert_order(1) or place % 2 == 1
    return place in {order + 1, order + 2 - order % 2}


def _order(record: Record, board: str) -> int | None:
    identity = identify_alert(record)
    if identity is None or record.value is None:
        return None
    try:
        if identity.order % 2:
            event = BaselineEvent.model_validate_json(record.value)
            return identity.order if event.board == board and _says(record, baseline_headers(event)) else None
        alert = Alert.model_validate_json(record.value)
    except ValidationError:
        return None
    is_ours = alert.board == board and alert_order(alert.sequence) == identity.order
    return identity.order if is_ours and _says(record, alert_headers(alert)) else None


def _says(record: Record, headers: list[tuple[str, bytes]]) -> bool:
    return list(record.headers) == headers
