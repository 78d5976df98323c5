"""A Parquet file written row group by row group; it gets its name when it is whole."""

import hashlib
import os
from pathlib import Path
from typing import Any

from models.errors import WrongUse

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise WrongUse("pyarrow is missing: pip install 'harmwatch[audit]'") from error

ROWS_IN_GROUP = 50_000
INSTANT = pa.timestamp("us", tz="UTC")


class ParquetFile:
    """Takes rows as tuples in the order of the schema; holds one row group at most."""

    def __init__(self, folder: Path, name: str, schema: pa.Schema) -> None:
        self.name = f"{name}.parquet"
        self.rows = 0
        self._path = folder / self.name
        self._unfinished = folder / f"{self.name}.unfinished"
        self._schema = schema
        self._waiting: list[tuple[Any, ...]] = []  # Any: what the schema says
        self._writer = pq.ParquetWriter(self._unfinished, schema, compression="zstd")

    def add(self, *row: object) -> None:
        """One more row."""
        self._waiting.append(row)
        if len(self._waiting) >= ROWS_IN_GROUP:
            self._flush()

    def finish(self) -> None:
        """The file is whole."""
        self._flush()
        self._writer.close()
        os.replace(self._unfinished, self._path)

    def close(self) -> None:
        """Ends the work; a file that is not whole goes away."""
        self._writer.close()
        self._unfinished.unlink(missing_ok=True)

    def _flush(self) -> None:
        if not self._waiting:
            return
        columns = zip(*self._waiting, strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self.rows += len(self._waiting)
        self._waiting.clear()


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
