"""Whether an event of alerts.v1 names a person, in whatever field."""

from collections.abc import Iterator

from models.alert import Alert, BaselineEvent


def names(event: Alert | BaselineEvent, offender_id: str) -> bool:
    """Whether it does, in clear."""
    return offender_id in set(_texts(event.model_dump(mode="json")))


def _texts(part: object) -> Iterator[str]:
    """Every text of a JSON document."""
    if isinstance(part, dict):
        part = list(part.values())
    for one in part if isinstance(part, list) else ():
        yield from _texts(one)
    if isinstance(part, str):
        yield part
