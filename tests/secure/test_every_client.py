"""No client of Kafka is made anywhere in the service that is not told how one is let in."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("audit", "broker", "cli", "intake", "runtime", "state", "streams")
CLIENTS = {
    "KafkaConsumer",
    "KafkaProducer",
    "KafkaAdminClient",
    "AIOKafkaConsumer",
    "AIOKafkaProducer",
    "AIOKafkaClient",
}
OF_OUR_OWN = "Alerts"


def made() -> Iterator[tuple[str, ast.Call, str]]:
    """Each place where a client is made."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    if name in {*CLIENTS, OF_OUR_OWN}:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", node, name


def test_every_client_of_kafka_is_made_with_the_options_of_its_brokers() -> None:
    places = list(made())
    assert {name for _, _, name in places} >= {"KafkaConsumer", "KafkaProducer", "KafkaAdminClient", "AIOKafkaConsumer"}
    for place, call, name in places:
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        options = given.get("kafka" if name == OF_OUR_OWN else None, "")
        assert "options" in options, f"{place}: {name} is not told how one is let in"
        assert "bootstrap_servers" not in given, place
