"""What a consumer may meet, apart from the errors of kafka-python.

ClientError
├── Gap               an alert is missing: nothing that comes behind it is given
├── TopicReset        the topic is another one than before, or ends before the place
├── BadPlace          what was kept as a place is none, or belongs to something else
├── Contradiction     a person enters who is in the band, or leaves who is not
├── BadSignature      a webhook that none of the keys has signed
└── BadBody           a webhook that was signed, and is no event of harmwatch
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
    """The topic was recreated, or has lost its end: what is known of it says nothing about what lies there now."""


class BadPlace(ClientError):
    """What was kept as a place cannot be read, or is that of another topic."""


class Contradiction(ClientError):
    """An event that does not follow from those before it: a person enters who is in, or leaves who is not."""


class BadSignature(ClientError):
    """A webhook that none of the keys has signed, or not within five minutes of now."""


class BadBody(ClientError):
    """What was signed is no event of harmwatch, or a batch where one event is expected."""
