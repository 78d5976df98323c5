"""The JSON Schema of each topic, from the types: `python -m models.schema_files` rewrites them."""

import json
from pathlib import Path

from pydantic import BaseModel

from models.access_log.look import LookRecord
from models.alert import Alert, BaselineEvent
from models.dead_letter import TruncatedLetter
from models.delivery.heartbeat import HEARTBEAT, Heartbeat
from models.delivery.order import OrderRecord
from models.delivery.recall import RECALLED, Recall
from models.delivery.record import DeliveryRecord
from models.delivery.stall import STALLED, StallNotice
from models.desk.action import ActionRecord
from models.journal.entry import JournalEntry
from models.redrive import Redrive
from models.report import OffenceReport
from models.tombstone import Tombstone

FOLDER = Path(__file__).parent / "schemas"

TYPES: dict[str, type[BaseModel]] = {
    "offences.v1": OffenceReport,
    "alerts.v1": Alert,
    "alerts.v1.baseline": BaselineEvent,
    "journal.v1": JournalEntry,
    "dead-letters.v1.truncated": TruncatedLetter,
    "redrives.v1": Redrive,
    "erasures.v1": Tombstone,
    "deliveries.v1": DeliveryRecord,
    "delivery-orders.v1": OrderRecord,
    "officer-actions.v1": ActionRecord,
    RECALLED: Recall,
    "access-log.v1": LookRecord,
    HEARTBEAT: Heartbeat,
    STALLED: StallNotice,
}


def schema_text(model: type[BaseModel]) -> str:
    """The schema as it is checked in."""
    return json.dumps(model.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, model in TYPES.items():
        FOLDER.joinpath(f"{name}.schema.json").write_text(schema_text(model), "utf-8")
