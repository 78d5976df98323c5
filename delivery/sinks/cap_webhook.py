"""A webhook that speaks CAP: the same numbers and signatures, and each event as a message of CAP 1.2."""

from collections.abc import Callable, Sequence

from delivery.mirror import Mirror
from delivery.outcome import Cause, Outcome
from delivery.secrets import Secrets
from delivery.sinks.cap import Reference, make_cap
from delivery.sinks.webhook import Webhook
from delivery.sinks.words import EventBody, data_of, read_body
from harmwatch_client.event import LEFT
from models.delivery.recall import RECALLED
from models.delivery.terms import Terms
from models.errors import Unavailable

_CONTENT_TYPE = "application/cap+xml; charset=utf-8"


class CapWebhook:
    """See Sink. `mirror` None: it can only be tried. `is_exercise` answers None while nobody knows yet."""

    def __init__(
        self, terms: Terms, secrets: Secrets, mirror: Mirror | None, is_exercise: Callable[[], bool | None]
    ) -> None:
        self._terms, self._mirror, self._is_exercise = terms, mirror, is_exercise
        self._webhook = Webhook(terms, secrets)

    async def close(self) -> None:
        """See Sink."""
        await self._webhook.close()

    async def send(self, identity: str, body: bytes) -> Outcome:
        """The message of the event; what ends or recalls names the messages that it is about."""
        event, is_exercise = read_body(body), self._is_exercise()
        if is_exercise is None:  # else the first message of an exercise would be taken for real
            return Outcome(Cause.UNREACHABLE)
        try:
            references = await self._references(event)
        except Unavailable:  # Kafka is away: it is tried again
            return Outcome(Cause.UNREACHABLE)
        message = make_cap(event, self._terms.recipient, references, is_exercise)
        return await self._webhook.send_as(_CONTENT_TYPE, identity, message)

    async def _references(self, event: EventBody) -> Sequence[Reference]:
        """Raises Unavailable."""
        if self._mirror is None or event["type"] not in {LEFT, RECALLED}:
            return ()
        sequence = int(event["sequence"])
        if event["type"] == RECALLED:
            at = await self._mirror.as_of(sequence)
            return () if at is None else [(str(data_of(event)["recalls"][0]), at)]
        before, after = await self._mirror.at(sequence - 1), await self._mirror.at(sequence)
        return [(stay, one.since) for stay, one in before.items() if stay not in after]
