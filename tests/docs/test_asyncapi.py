"""The AsyncAPI document is one, and what it says of headers, topics and schemas is so."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from delivery.bodies import make_body
from delivery.delivery_event import DeliveryEvent
from handbook.asyncapi import FILE
from models.alert import Alert, BaselineEvent, alert_headers, baseline_headers
from models.dead_letter import make_letter
from models.errors import Reason
from models.journal.entry import RefusalOut
from models.journal.transition import Move
from models.topics import ALL_TOPICS
from tests.client.published import a_baseline, a_move
from tests.delivery.recalls import OPENED, a_recall

SCHEMA = json.loads((Path(__file__).parent / "asyncapi" / "3.0.0.schema.json").read_text("utf-8"))
DOCUMENT = json.loads(FILE.read_text("utf-8"))


def headers_of(message: str) -> Any:
    return DOCUMENT["components"]["messages"][message]["headers"]


def test_the_document_follows_the_published_schema() -> None:
    jsonschema.Draft7Validator(SCHEMA).validate(DOCUMENT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"asyncapi": "2.6.0"},
        {"channels": {"alerts": {"address": 1}}},
        {"operations": {"sendAlerts": {"action": "publish", "channel": {"$ref": "#/channels/alerts"}}}},
        {"nonsense": {}},
    ],
)
def test_the_published_schema_refuses_what_is_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(SCHEMA).validate(DOCUMENT | wrong)


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for one in node for found in references(one)]
    if isinstance(node, dict):
        inner = [found for one in node.values() for found in references(one)]
        return inner + [one for one in [node.get("$ref")] if isinstance(one, str)]
    return []


def test_every_reference_leads_somewhere() -> None:
    found = references(DOCUMENT)
    assert len(found) > len(ALL_TOPICS)
    for reference in found:
        if not reference.startswith("#/"):
            assert (FILE.parent / reference).exists(), reference
            continue
        node = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            node = node[name]


def test_every_topic_is_a_channel_with_its_settings() -> None:
    channels = {channel["address"]: channel for channel in DOCUMENT["channels"].values()}
    assert set(channels) == {f"{{prefix}}{topic.name}" for topic in ALL_TOPICS} | {None}
    for topic in ALL_TOPICS:
        kafka = channels[f"{{prefix}}{topic.name}"]["bindings"]["kafka"]
        assert kafka.get("partitions") == topic.partitions
        told = {name: [value] if name == "cleanup.policy" else value for name, value in topic.configuration().items()}
        for name, value in kafka["topicConfiguration"].items():
            assert str(value) == str(told[name]), name


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        ("entered", a_move(1)),
        ("entered", a_move(1, offender_id="p\n")),
        ("left", a_move(2, Move.LEFT)),
        ("baseline", a_baseline(4)),
    ],
)
def test_the_headers_of_alerts_are_as_described_and_all_are(message: str, sent: Alert | BaselineEvent) -> None:
    told = alert_headers(sent) if isinstance(sent, Alert) else baseline_headers(sent)
    headers = {name: value.decode() for name, value in told}
    schema = headers_of(message)
    jsonschema.validate(headers, schema)
    assert set(headers) <= set(schema["properties"])
    assert set(schema["properties"]) - set(headers) <= {"ce_subject"}
    for other in {"entered", "left", "baseline"} - {message}:
        assert not jsonschema.Draft202012Validator(headers_of(other)).is_valid(headers)


@pytest.mark.parametrize(("message", "value"), [("refused", b"x"), ("refusedAndTooLarge", b"x" * 300_000)])
def test_the_headers_of_dead_letters_are_as_described(message: str, value: bytes) -> None:
    refusal = RefusalOut(offset=7, reason=Reason.NOT_JSON, detail="no JSON")
    headers = {name: text.decode() for name, text in make_letter(refusal, "offences.v1", 0, b"p", value).headers}
    schema = headers_of(message)
    jsonschema.validate(headers, schema)
    assert set(headers) == set(schema["properties"])


def test_a_recall_is_as_described() -> None:
    sent = json.loads(make_body(DeliveryEvent.recall("v100", 3, a_recall(7), OPENED), "desk", "full", 8, 7))
    schema = DOCUMENT["components"]["messages"]["recall"]["payload"]
    data = json.loads((FILE.parent / "harmwatch.band.recalled.schema.json").read_text("utf-8"))
    outer = {**schema, "properties": {**schema["properties"], "data": data}}
    jsonschema.validate(sent, outer)
    assert set(sent) <= set(schema["properties"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(sent | {"data": sent["data"] | {"offender_id": "p"}}, outer)
