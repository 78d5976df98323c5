"""What our own code has said to the log. A client's thread may say something at any moment, whoever's test it is."""

import logging

import pytest

_CLIENTS = {"aiokafka", "asyncio", "kafka"}


def logged(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """In order."""
    return [record for record in caplog.records if record.name.partition(".")[0] not in _CLIENTS]
