"""The rights of the role `console`: enough to sign officers in and to record looks, and for nothing else."""

import asyncio
from contextlib import closing

import pytest

from console.access_log.access_log import AccessLog
from console.sign_in.sessions import Sessions
from models.access_log.look import LogLook
from models.errors import NotAllowed
from runtime.settings import Settings
from state.sign_ins import SignIns
from tests.secure.rights import take
from tests.secure.secured_service import SecuredService

pytestmark = [pytest.mark.stack, pytest.mark.thorough]
LOOK = LogLook(
    board="v100", by="local:eve", role="auditor", at="2026-11-28T02:13:05Z", why="a test", officer=None, since=None
)


def test_they_are_enough_and_each_that_lacks_is_named(service: SecuredService) -> None:
    given = service.environment("console")
    settings = Settings.model_validate({name.removeprefix("HARMWATCH_").lower(): each for name, each in given.items()})
    with closing(SignIns(settings.redis_access, settings.prefix, settings.board)) as kept:
        sessions = Sessions(kept)
        secret = sessions.begin("local:eve", "mark")
        assert [each["by"] for each in service.json("console", "console", "sessions", "list")["sessions"]] == [
            "local:eve"
        ]
        sessions.end(secret)
        assert kept.all() == {}
        with pytest.raises(NotAllowed, match=r"deploy/redis/users\.acl"):
            kept.__class__(settings.redis_access, f"{settings.prefix}other-", settings.board).keep("digest", b"")

    with closing(AccessLog(settings)) as access_log:
        asyncio.run(access_log.write(LOOK))
        assert asyncio.run(access_log.newest()) == [LOOK]
    (look,) = service.json("audit", "access", "list")["looks"]
    assert look["why"] == "a test"

    take(service.kafka, "harmwatch-console", f"topic:WRITE:{service.prefix}access-log.v1")
    with closing(AccessLog(settings)) as refused, pytest.raises(NotAllowed, match=r"write to .*access-log\.v1"):
        asyncio.run(refused.write(LOOK))
