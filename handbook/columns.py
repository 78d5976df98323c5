"""The data dictionary: every column of the Parquet files of a replay, from the tables that write them."""

import pyarrow as pa

from audit.export.tables import FILES
from handbook.markdown import page, table

_INTRODUCTION = """\
`harmwatch replay --out DIR` writes these files ([audit](../audit.md#for-analysts)). Scores are whole thousandths
of a day of harm (millidays), instants are UTC in microseconds. A null means what its column says. The files carry the
meanings too, as the `description` of each field."""

_ROWS = {
    "transitions": "A row is somebody who entered the band or left it, sent as an alert or not.",
    "boards": "A row is one person on one board: at the end of each month (UTC), and where the replay ends.",
    "contributions": "A row is one good report, as the policy of its time assessed it; refused ones are not here.",
}


def columns_page() -> str:
    """Every file and column."""
    parts = [
        f"## {name}.parquet\n\n{_ROWS[name]}\n\n"
        + table(["column", "type", "meaning"], [[f"`{one.name}`", _type(one.type), one.meaning] for one in columns])
        for name, columns in FILES.items()
    ]
    return page("Columns of a replay", _INTRODUCTION, *parts)


def _type(type_: pa.DataType) -> str:
    if pa.types.is_timestamp(type_):
        return "instant"
    if pa.types.is_list(type_):
        return f"list of ({', '.join(f'{field.name}: {_type(field.type)}' for field in type_.value_type)})"
    return {"string": "text", "int64": "integer", "bool": "yes or no"}[str(type_)]
