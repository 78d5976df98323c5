"""The table of events: what a service may say in its log, by a name that a search can rely on while words change."""

from enum import StrEnum

Fact = str | int | float | bool | None


class Event(StrEnum):
    """The name, and what has happened. Facts stand beside it: partition, entry, seconds; never a person."""

    meaning: str

    def __new__(cls, name: str, meaning: str) -> "Event":
        """A name with its meaning."""
        event = str.__new__(cls, name)
        event._value_ = name
        event.meaning = meaning
        return event

    STARTED = "started", "a worker works, the exporter looks, or the console serves: which version, on which board"
    MINUTE = "minute", "what a worker did in the last minute"
    ASSIGNED = "assigned", "the group has given a worker these partitions"
    WAITING = "waiting", "a worker waits, and for what; again every 30 s"
    WAITED = "waited", "that is over; or an exporter looks at the board again"
    STORE_LOST = "store_lost", "the connection to the store has ended; a recovery follows"
    BOARD_ANEW = "board_anew", "another worker has recovered the board: this one seeks again"
    REWIND = "rewind", "the store stands elsewhere than a run: the worker seeks again"
    PARKED = "parked", "most records of a partition would be refused: a person decides"
    LEAP = "leap", "the clocks say a time that the board does not believe: a person decides"
    RELAY_IN_OFFICE = "relay_in_office", "a worker publishes, from this entry on"
    RELAY_AGAIN = "relay_again", "its term is over, and it tries for another"
    RECOVERED = "recovered", "the journal is repeated up to an entry"
    REBUILDING = "rebuilding", "the store had lost something: the board is built from entry 1"
    HELD_BACK = "held_back", "another producer's open transaction is waited for"
    KEY_LACKS = "key_lacks", "the key store lacks the key of a sealed record, or holds another one"
    UNSIGNED = "unsigned", "no key may sign erasures, so all are ignored"
    NOT_COMMITTED = "not_committed", "how far a worker is was not committed to Kafka; the ledger knows"
    LATER = "later", "a look that was to be made is made later"
    WEAK_TOPICS = "weak_topics", "the topics may lose records one day"
    TOPIC_FAULT = "topic_fault", "a topic is not as it must be, or has lost its beginning; the worker goes on"
    WEAK_STORE = "weak_store", "the store does not say whether it forgets keys when its memory is short"
    FILES_BEFORE = "files_before", "certificates that were replaced cannot be used: those before them still are"
    NOT_TOLD = "not_told", "a scrape was not answered, since what it asks for could not be found out"
    NO_PULSE = "no_pulse", "the file of HARMWATCH_PULSE cannot be written"
    NO_LOOK = "no_look", "the exporter sees nothing"
    LEFT_OUT = "left_out", "the exporter sees the board, but for a metric that it may not ask for"
    DEAF = "deaf", "an event loop does not turn: the worker ends"
    ENDS = "ends", "a worker ends by itself, and why"
    NO_GOODBYE = "no_goodbye", "Kafka did not answer a worker that ended"
    FAILED = "failed", "a command ends with an error"
    STANDS_BY = "stands_by", "a deliverer waits for its election"
    DELIVERS = "delivers", "a deliverer is in office: it sends, and writes receipts"
    OUT_OF_OFFICE = "out_of_office", "its term is over, and it stands again"
    NO_ELECTION = "no_election", "Kafka holds no election now"
    STALLED = "stalled", "a subscription waits with a number that is not accepted, and why"
    ODD_ANSWER = "odd_answer", "a request of a subscription ended with an error of a kind that is not expected"
    NOT_REFRESHED = "not_refreshed", "the band that an Alertmanager mirrors was not sent to it once more"
    WENT_BACK = "went_back", "a receiver misses a number, and everything from there on is sent again"
    FLOWS = "flows", "a stalled subscription goes on"
    OPENED = "opened", "a subscription begins"
    CLOSED = "closed", "a subscription is closed or paused by an order, or closed by its receiver"
    FOREIGN_RECORD = "foreign_record", "a record of deliveries.v1, delivery-orders.v1 or officer-actions.v1 is foreign"
    NO_ALERTS = "no_alerts", "alerts.v1, delivery-orders.v1 or officer-actions.v1 cannot be read now"
    NO_DESK = "no_desk", "rules or a lapse, which the console writes by itself, are not written yet"
    NO_PAST = (
        "no_past",
        "the process that looks back for the console took too long or died; the next question starts it",
    )
    NOT_LOGGED = "not_logged", "looks cannot be written to access-log.v1: the console shows no names until they can"
    LEFT_BEHIND = "left_behind", "a client's future whose result no one awaits"
    LIBRARY = "library", "a library says something; `logger` names it"


def happened(event: Event, **facts: Fact) -> dict[str, object]:
    """The `extra` of a log call."""
    return {"event": event, "facts": facts}
