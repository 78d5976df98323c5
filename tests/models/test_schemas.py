"""The schemas that are checked in, and the examples beside them."""

import json

import jsonschema
import pytest

from models.decode import decode
from models.errors import Reason, Refused
from models.instants import parse_instant
from models.schema_files import FOLDER, TYPES, schema_text

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
