"""The contract as a document that tools read: AsyncAPI 3.0, from the table of topics and the schemas."""

import json
import tomllib
from pathlib import Path
from typing import Any

from handbook.markdown import page, table
from handbook.messages import MESSAGES, WEBHOOK_MESSAGES, WEBHOOK_TYPES, Message
from models.schema_files import FOLDER
from models.topics import ALL_TOPICS, OFFENCES, Topic

FILE = FOLDER / "asyncapi.json"
_BINDING = "0.5.0"
_NUMBERS = ("retention.ms", "retention.bytes", "max.message.bytes")
_PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_INTRODUCTION = """\
What harmwatch receives and sends, as an [AsyncAPI 3.0 document](../../models/schemas/asyncapi.json) from which tools
make pages, types and tests. It leads to the [schemas](schemas.md) beside it. `{prefix}` is that of `HARMWATCH_PREFIX`.
Consumers read with `isolation.level=read_committed`, for which AsyncAPI has no word."""

Document = dict[str, Any]  # Any: JSON

_WEBHOOK: Document = {
    "address": None,
    "description": "The url of a subscription. Alerts come there as well: their values as on alerts.v1, as `data`.",
    "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in WEBHOOK_MESSAGES},
}


def asyncapi_text() -> str:
    """The document as it is checked in."""
    return json.dumps(_document(), indent=2, ensure_ascii=False) + "\n"


def asyncapi_page() -> str:
    """The same as a page: who sends what, and how it is recognised."""
    rows = [
        [f"`{{prefix}}{topic.name}`", _action(topic), f"`{name}`", _kind(message), message.summary]
        for topic in ALL_TOPICS
        for name, message in MESSAGES[topic.name].items()
    ]
    head = ["channel", "harmwatch", "message", "recognised by", "what it is"]
    rows += [
        ["a subscription's address", "sends", f"`{name}`", f"`type` = `{WEBHOOK_TYPES[name]}`", message["summary"]]
        for name, message in WEBHOOK_MESSAGES.items()
    ]
    return page("AsyncAPI", _INTRODUCTION, table(head, rows))


def _document() -> Document:
    project = tomllib.loads(_PROJECT.read_text("utf-8"))["project"]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": project["name"],
            "version": project["version"],
            "description": project["description"],
            "license": {"name": project["license"]},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{brokers}",
                "protocol": "kafka",
                "description": "Consumers read with isolation.level=read_committed.",
                "variables": {"brokers": {"default": "127.0.0.1:9092", "description": "HARMWATCH_KAFKA"}},
            }
        },
        "channels": {_camel(topic): _channel(topic) for topic in ALL_TOPICS} | {"webhook": _WEBHOOK},
        "operations": {
            **{f"{_action(topic)[:-1]}{_camel(topic, first=True)}": _operation(topic) for topic in ALL_TOPICS},
            "sendWebhook": {"action": "send", "channel": {"$ref": "#/channels/webhook"}},
        },
        "components": {
            "messages": {
                **{name: message.document() for topic in ALL_TOPICS for name, message in MESSAGES[topic.name].items()},
                **WEBHOOK_MESSAGES,
            }
        },
    }


def _channel(topic: Topic) -> Document:
    settings = topic.configuration()
    configuration: Document = {name: int(settings[name]) for name in _NUMBERS if name in settings}
    binding: Document = {
        "topicConfiguration": {"cleanup.policy": [settings["cleanup.policy"]], **configuration},
        "bindingVersion": _BINDING,
    }
    if topic.partitions is not None:
        binding["partitions"] = topic.partitions
    return {
        "address": f"{{prefix}}{topic.name}",
        "description": topic.why,
        "parameters": {"prefix": {"default": "", "description": "HARMWATCH_PREFIX: one board per prefix"}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in MESSAGES[topic.name]},
        "bindings": {"kafka": binding},
    }


def _operation(topic: Topic) -> Document:
    return {"action": _action(topic)[:-1], "channel": {"$ref": f"#/channels/{_camel(topic)}"}}


def _action(topic: Topic) -> str:
    return "receives" if topic is OFFENCES else "sends"


def _kind(message: Message) -> str:
    return ", ".join(f"`{name}` = `{value}`" for name, value in message.constants.items()) or "its topic"


def _camel(topic: Topic, *, first: bool = False) -> str:
    """alerts.v1 -> alerts, dead-letters.v1 -> deadLetters."""
    head, *rest = topic.name.removesuffix(".v1").split("-")
    return "".join([head.title() if first else head, *(word.title() for word in rest)])
