"""What a consumer may meet, apart from the errors of kafka-python.

ClientError
├── Gap               an alert is missing: nothing that comes behind it is given
├── TopicReset        the topic is another one than before, or ends before the place
├── BadPlace          what was kept as a place is none, or belongs to something else
├── Contradiction     somebody enters who is in the band, or leaves who is not
└── NotVerified       a webhook that must not be believed
    ├── BadHeader     a header is missing or malformed: it was not sent by harmwatch, or a proxy took it away
    ├── TooOld        its timestamp is too far from this machine's clock
    └── NoKeyFits     no key made any of its signatures, or the body is not as it was sent
"""


class ClientError(Exception):
    """Everything that this package raises on purpose."""


class Gap(ClientError):
    """An alert is missing. `expected` is the next sequence, `found` the one that lies there, at `offset`."""

    def __init__(self, expected: int, found: int, offset: int) -> None:
        super().__init__(f"alert {expected} is missing: offset {offset} holds {found}")
        self.expected = expected
        self.found = found
        self.offset = offset


class TopicReset(ClientError):
    """The topic was made anew, or has lost its end: what is known of it says nothing about what lies there now."""


class BadPlace(ClientError):
    """What was kept as a place cannot be read, or is that of another topic or subscription."""


class Contradiction(ClientError):
    """An event that does not follow from those before it: somebody enters who is in, or leaves who is not."""


class NotVerified(ClientError):
    """A webhook that must not be believed: answer 400 or 401, and do nothing."""


class BadHeader(NotVerified):
    """A header of Standard Webhooks is missing or malformed."""


class TooOld(NotVerified):
    """It was signed too long ago, or in the future: a replay, or one of the two clocks is wrong."""


class NoKeyFits(NotVerified):
    """No key made any of its signatures, or the body is not byte for byte as it was sent."""
