"""The records of a desk, from alerts.v1 and officer-actions.v1 alone."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import closing

from pydantic import ValidationError

from audit.verify.our_alerts import our_alerts
from broker.reader import OpenReader
from desk.band_change import BandChange
from desk.band_reader import BandReader, is_corrected_out
from desk.fold import PlacedAction
from desk.records import DeskRecords, ForeignRecord
from harmwatch_client.errors import Gap
from harmwatch_client.event import read_event
from harmwatch_client.order import Order
from models.alert import Alert, BaselineEvent
from models.desk.action import read_action
from models.errors import Unproved
from models.instants import Micros, parse_instant
from models.journal.transition import Move
from models.record import Record
from models.topics import ALERTS, OFFICER_ACTIONS

_MICROS_PER_MILLISECOND = 1_000

AlertOut = Alert | BaselineEvent


def read_desk(open_reader: OpenReader, board: str, passed_over: Collection[int] = ()) -> DeskRecords:
    """What lies there now; the alerts are read after the actions, so that those which an action names are there.

    `passed_over`: offsets of forged alerts. Raises Unproved where an alert is missing or forged, for everything behind
    it would be missing, too; Unavailable.
    """
    acts, foreign = _read_actions(open_reader, board)
    with closing(open_reader(ALERTS, 0)) as reader:
        return _desk_of(_in_order(reader.read_until(reader.end()), board, passed_over), acts, foreign)


def read_desk_as_far_as_it_goes(open_reader: OpenReader, board: str) -> DeskRecords:
    """The same for one who names missing alerts anyway: behind the first one there is none. Raises Unavailable."""
    acts, foreign = _read_actions(open_reader, board)
    with closing(open_reader(ALERTS, 0)) as reader:
        return _desk_of(_ours(reader.read_until(reader.end()), board), acts, foreign)


def _desk_of(
    alerts: Iterable[tuple[Micros, AlertOut]], acts: tuple[PlacedAction, ...], foreign: tuple[ForeignRecord, ...]
) -> DeskRecords:
    dated = tuple(alerts)
    changes = tuple(_changes(alert for _, alert in dated))
    return DeskRecords(
        changes, acts, foreign, {change.sequence: at for change, (at, _) in zip(changes, dated, strict=True)}
    )


def _sent_at(record: Record) -> Micros:
    return Micros(record.timestamp_ms * _MICROS_PER_MILLISECOND)


def _read_actions(open_reader: OpenReader, board: str) -> tuple[tuple[PlacedAction, ...], tuple[ForeignRecord, ...]]:
    acts, foreign = [], []
    with closing(open_reader(OFFICER_ACTIONS, 0)) as reader:
        for record in reader.read_until(reader.end()):
            action = read_action(record.value)
            at = _sent_at(record)
            if action is None or record.key != board.encode():
                foreign.append(ForeignRecord(record.offset, at))
            else:
                acts.append(PlacedAction(record.offset, at, action))
    return tuple(acts), tuple(foreign)


def _in_order(records: Iterable[Record], board: str, passed_over: Collection[int]) -> Iterator[tuple[Micros, AlertOut]]:
    order, left_out = Order(), frozenset(passed_over)
    for record in records:
        event = None if record.offset in left_out else read_event(record.headers, record.value, record.offset)
        if event is None or event.board != board:
            continue
        try:
            if order.take(event):
                yield _sent_at(record), _checked(record.value or b"")
        except Gap as error:
            raise Unproved(f"{error}: run `harmwatch verify`") from error
        except ValueError as error:  # pydantic's ValidationError is one
            text = f"offset {record.offset} of {ALERTS.name} is forged: run `harmwatch verify`"
            raise Unproved(text) from error


def _checked(value: bytes) -> AlertOut:
    """An alert whose instants can be read. Raises ValueError."""
    alert = _alert(value)
    members = alert.band if isinstance(alert, BaselineEvent) else ()
    for text in (alert.as_of, *(member.in_band_since for member in members)):
        parse_instant(text)
    return alert


def _alert(value: bytes) -> AlertOut:
    """Raises ValidationError."""
    try:
        return Alert.model_validate_json(value)
    except ValidationError:
        return BaselineEvent.model_validate_json(value)


def _ours(records: Iterable[Record], board: str) -> Iterator[tuple[Micros, AlertOut]]:
    for _, record in our_alerts(records, board):
        yield _sent_at(record), _alert(record.value or b"")


def _changes(alerts: Iterable[AlertOut]) -> Iterator[BandChange]:
    band = BandReader()
    for alert in alerts:
        at = parse_instant(alert.as_of)
        if isinstance(alert, BaselineEvent):
            members = [(one.entered_sequence, one.offender_id, parse_instant(one.in_band_since)) for one in alert.band]
            yield band.baseline(alert.last_sequence, members, at, alert.policy)
        elif alert.transition is Move.ENTERED:
            yield band.entered(alert.sequence, alert.offender_id, at, alert.policy)
        else:
            is_correction = is_corrected_out(alert)
            yield band.left(alert.sequence, alert.offender_id, at, alert.policy, is_correction=is_correction)
