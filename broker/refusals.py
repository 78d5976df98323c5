"""What Kafka refuses until a person changes something: no outage, and the text says what to do."""

from models.errors import NotAllowed, Unavailable

_RIGHTS = "docs/configuration.md lists what a worker needs"
_REMEDIES = {
    29: f"give this user the rights on the topic; {_RIGHTS}",
    30: f"give this user the right to the consumer group; {_RIGHTS}",
    31: f"give this user the right to describe the cluster; {_RIGHTS}",
    53: f"give this user the right to the transactional id; {_RIGHTS}",
    33: "the brokers do not know this way to log on",
    34: "the brokers do not know this way to log on",
    58: "user or password are wrong",
}
"""By the number that Kafka's protocol gives an error: the clients' classes have different names for them."""


def as_unavailable(error: BaseException, where: str) -> Unavailable:
    """The same as an error of ours; `where` says which Kafka does not do what it was asked for."""
    remedy = _REMEDIES.get(getattr(error, "errno", None) or 0)
    said = str(error) or type(error).__name__
    if remedy is None:
        return Unavailable(f"{where}: {said}")
    return NotAllowed(f"Kafka refuses: {said.rstrip('.')}: {remedy}")
