"""Who looks at a secured board from outside: the rights of the console are enough, and one that lacks costs little."""

from contextlib import closing

import pytest

from cli.service.outside_view import OutsideView
from runtime.metrics.table import EXPORTER_METRICS
from runtime.settings import Settings
from tests.end_to_end.service.test_metrics import ONLY_WHILE_A_RECOVERY_REPEATS
from tests.secure.rights import take
from tests.secure.secured_service import SecuredService

pytestmark = pytest.mark.stack
TOLD_BY_THE_EXPORTER_ITSELF = {"look_success", "look_timestamp_seconds"}


def seen(service: SecuredService) -> dict[str, float]:
    """One look as the console: the newest value of each gauge."""
    given = service.environment("console")
    settings = {name.removeprefix("HARMWATCH_").lower(): value for name, value in given.items()}
    with closing(OutsideView(Settings.model_validate(settings))) as outside:
        return {name: float(value) for name, _, value in outside.look()}


@pytest.mark.thorough
def test_exporter_and_doctor_see_a_board_with_the_rights_of_the_console_alone(service: SecuredService) -> None:
    service.start_worker()
    service.send(30)
    service.wait_idle()
    keys = service.json("operator", "keys", "new", "--dir", str(service.folder / "keys"))
    service.run("operator", "checkpoint", "--key", keys["private_key"])
    told = seen(service)
    wanted = {metric.name for metric in EXPORTER_METRICS} - ONLY_WHILE_A_RECOVERY_REPEATS - TOLD_BY_THE_EXPORTER_ITSELF
    assert set(told) == wanted
    assert (told["board_good"], told["topic_faults"]) == (1, 0)
    assert service.json("console", "doctor")["ok"]

    take(service.kafka, "harmwatch-console", f"topic:READ:{service.prefix}checkpoints.v1")
    told = seen(service)
    assert wanted - set(told) == {"checkpoint_timestamp_seconds"}
    assert told["board_good"] == 1
