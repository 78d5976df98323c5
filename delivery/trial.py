"""A trial of a subscription: one event that is no number, sent as the others are, and what was answered."""

from delivery.outcome import Outcome
from delivery.secrets import Secrets
from delivery.sinks.kinds import open_sink
from delivery.sinks.words import TEST
from models.canonical import canonical_json
from models.delivery.terms import Terms


def trial_id(board: str, subscription: str, at: str) -> str:
    """Another one for each trial, so that no receiver takes it for a repeat."""
    return f"{board}:{subscription}:test:{at}"


async def try_out(terms: Terms, secrets: Secrets, board: str, at: str) -> Outcome:
    """Sends it once. Nothing is written anywhere: it tells of nobody."""
    identity, sink = trial_id(board, terms.id, at), open_sink(terms, secrets)
    event = {
        "specversion": "1.0", "id": identity, "source": f"/harmwatch/{board}", "type": TEST, "time": at,
        "subscription": terms.id, "datacontenttype": "application/json", "data": {"board": board},
    }  # fmt: skip
    try:
        return await sink.send(identity, canonical_json(event))
    finally:
        await sink.close()
