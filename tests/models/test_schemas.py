"""The schemas that are checked in, and the examples beside them."""

import json

import jsonschema
import pytest
from pydantic import ValidationError

from models.alert import wire_bytes
from models.decode import decode
from models.errors import Reason, Refused
from models.instants import parse_instant
from models.journal.entry import FIRST_PREVIOUS_HASH, JournalEntry, hash_of
from models.schema_files import FOLDER, TYPES, schema_text

OUTGOING = ("alerts.v1", "alerts.v1.baseline", "journal.v1")
LATER = parse_instant("2030-01-01T00:00:00Z")


def examples(name: str) -> list[bytes]:
    return FOLDER.joinpath("examples", name).read_bytes().splitlines()


@pytest.mark.parametrize("name", TYPES)
def test_a_schema_is_what_its_type_says(name: str) -> None:
    assert FOLDER.joinpath(f"{name}.schema.json").read_text("utf-8") == schema_text(TYPES[name])


@pytest.mark.parametrize("line", examples("offences.v1.good.jsonl"))
def test_a_good_example_is_taken_by_schema_and_decoder(line: bytes) -> None:
    content = json.loads(line)
    jsonschema.validate(content, json.loads(FOLDER.joinpath("offences.v1.schema.json").read_text("utf-8")))
    assert decode(content["offender_id"].encode(), line, LATER).event_id == content["event_id"]


@pytest.mark.parametrize("line", examples("offences.v1.bad.jsonl"))
def test_a_bad_example_is_refused_by_schema_and_decoder(line: bytes) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(line), json.loads(FOLDER.joinpath("offences.v1.schema.json").read_text("utf-8")))
    with pytest.raises(Refused) as refused:
        decode(b"suspect-1", line, LATER)
    assert refused.value.reason is Reason.NOT_VALID


def outgoing(kind: str) -> list[tuple[str, bytes]]:
    return [(name, line) for name in OUTGOING for line in examples(f"{name}.{kind}.jsonl")]


def schema(name: str) -> dict[str, object]:
    document: dict[str, object] = json.loads(FOLDER.joinpath(f"{name}.schema.json").read_text("utf-8"))
    return document


@pytest.mark.parametrize(("name", "line"), outgoing("good"))
def test_a_good_outgoing_example_is_taken_by_schema_and_type_and_comes_out_the_same(name: str, line: bytes) -> None:
    jsonschema.validate(json.loads(line), schema(name))
    assert wire_bytes(TYPES[name].model_validate_json(line)) == line


@pytest.mark.parametrize(("name", "line"), outgoing("bad"))
def test_a_bad_outgoing_example_is_refused_by_schema_and_type(name: str, line: bytes) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(line), schema(name))
    with pytest.raises(ValidationError):
        TYPES[name].model_validate_json(line, strict=True)


def test_the_journal_of_the_examples_is_one_chain() -> None:
    previous = FIRST_PREVIOUS_HASH
    for line in examples("journal.v1.good.jsonl"):
        entry = JournalEntry.model_validate_json(line)
        assert (entry.previous_hash, entry.hash) == (previous, hash_of(entry))
        previous = entry.hash


@pytest.mark.parametrize("line", examples("dead-letters.v1.good.jsonl"))
def test_a_dead_letter_names_its_reason_and_its_place(line: bytes) -> None:
    headers = json.loads(line)["headers"]
    assert set(headers) == {"reason", "detail", "topic", "partition", "offset"}
    assert headers["reason"] in set(Reason)
