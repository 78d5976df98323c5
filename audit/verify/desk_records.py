"""The records of a desk, from alerts.v1 and officer-actions.v1 alone."""

from collections.abc import Iterable, Iterator
from contextlib import closing

from audit.verify.our_alerts import our_alerts
from broker.reader import OpenReader
from desk.band_change import BandChange
from desk.band_reader import BandReader
from desk.fold import PlacedAction
from desk.records import DeskRecords, ForeignRecord
from models.alert import Alert, BaselineEvent
from models.desk.action import read_action
from models.instants import Micros, parse_instant
from models.journal.transition import Move
from models.record import Record
from models.topics import ALERTS, OFFICER_ACTIONS

_MICROS_PER_MILLISECOND = 1_000


def read_desk(open_reader: OpenReader, board: str) -> DeskRecords:
    """What lies there now; the alerts are read after the actions, so that those which an action names are there.

    Raises Unavailable.
    """
    acts, foreign = [], []
    with closing(open_reader(OFFICER_ACTIONS, 0)) as reader:
        for record in reader.read_until(reader.end()):
            action = read_action(record.value)
            at = Micros(record.timestamp_ms * _MICROS_PER_MILLISECOND)
            if action is None or record.key != board.encode():
                foreign.append(ForeignRecord(record.offset, at))
            else:
                acts.append(PlacedAction(record.offset, at, action))
    with closing(open_reader(ALERTS, 0)) as reader:
        changes = tuple(band_changes(reader.read_until(reader.end()), board))
    return DeskRecords(changes, tuple(acts), tuple(foreign))


def band_changes(records: Iterable[Record], board: str) -> Iterator[BandChange]:
    """What a board's alerts did to its band; what is none of them is passed over."""
    band = BandReader()
    for order, record in our_alerts(records, board):
        value = record.value or b""
        if order % 2:
            event = BaselineEvent.model_validate_json(value)
            members = [(one.entered_sequence, one.offender_id, parse_instant(one.in_band_since)) for one in event.band]
            yield band.baseline(event.last_sequence, members, parse_instant(event.as_of))
        else:
            alert = Alert.model_validate_json(value)
            read = band.entered if alert.transition is Move.ENTERED else band.left
            yield read(alert.sequence, alert.offender_id, parse_instant(alert.as_of))
