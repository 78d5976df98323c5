"""How aiokafka's clients are let in: as all others, and with the password that stands in its file by then."""

import contextlib
from typing import Any

from aiokafka.abc import AbstractTokenProvider
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.errors import KafkaConnectionError

from broker.security import Brokers, TokenOfFile
from models.errors import NotAllowed

_TOKEN = "sasl_oauth_token_provider"


class _Token(AbstractTokenProvider):
    """What the client waits for; it knows what to do with an error of its own alone."""

    def __init__(self, token: TokenOfFile) -> None:
        self._token = token

    async def token(self) -> str:
        """The token as it stands in its file now."""
        try:
            return self._token.token()
        except NotAllowed as error:
            raise KafkaConnectionError(str(error)) from error


def client_options(brokers: Brokers) -> dict[str, Any]:  # Any: as the client takes them
    """The arguments by which a client of aiokafka finds the brokers and is let in. Raises NotAllowed."""
    chosen = brokers.options()
    if _TOKEN in chosen:
        chosen[_TOKEN] = _Token(chosen[_TOKEN])
    return chosen


def log_in_afresh(client: AIOKafkaClient, brokers: Brokers) -> None:
    """From here on each new connection of the client gives the password that stands in its file by then."""
    if client._sasl_plain_password is None:
        return
    connect = client._get_conn

    async def connect_afresh(node_id: Any, *, group: Any = ConnectionGroup.DEFAULT, **rest: Any) -> Any:
        connection = client._conns.get((node_id, group))
        if connection is None or not connection.connected():
            with contextlib.suppress(NotAllowed):  # the one before may still be good; if not, a knock says why
                client._sasl_plain_password = brokers.security.password()
        return await connect(node_id, group=group, **rest)

    client._get_conn = connect_afresh
