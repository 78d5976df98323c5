"""What all couriers of a term share."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from delivery.alert_log import AlertLog
from delivery.heartbeats import BoardPulse
from delivery.intents import Intents
from delivery.ledger import Ledger
from delivery.ledger_writer import LedgerWriter
from delivery.numbering.places import Rounds
from delivery.orders import Orders
from delivery.pause import Pace
from delivery.view import Tried
from models.key_store import KeyStore


@dataclass(frozen=True, slots=True)
class Desk:
    """What all couriers of a term share; `now` in RFC 3339, `intents` reads those of a subscription once more."""

    alerts: AlertLog
    ledger: Ledger
    ledger_writer: LedgerWriter
    pace: Pace
    now: Callable[[], str]
    board: str
    intents: Intents
    orders: Orders
    pulse: Callable[[], BoardPulse | None] = lambda: None
    """the journal's newest entry; None: it cannot be read"""

    is_exercise: Callable[[], bool | None] = lambda: False
    """whether the board goes by the clock of its reports, as one that tries harmwatch out; None: nobody knows yet"""

    keys: KeyStore | None = None
    """for subscriptions that get names of a sealed board in clear"""

    rounds: Rounds = field(default_factory=lambda: Rounds(time.monotonic))
    """which lines are to write their places"""

    tried: Tried = lambda *_: None
