"""A table as a Parquet file."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from glasskt.data.readers.refusal import refusal
from glasskt.data.readers.text_table import require_rows
from glasskt.errors import UserError


def parquet_header(path: Path) -> list[str]:
    """Names of the columns.

    Raises:
        UserError: The file is no Parquet file.
    """
    try:
        return list(pq.read_schema(path).names)
    except pa.ArrowInvalid as error:
        raise _no_parquet(path, error) from error


def read_parquet(path: Path, columns: Iterable[str]) -> pa.Table:
    """The named columns, each in one piece.

    Raises:
        UserError: The file is no Parquet file or has no row, or a column holds lists or bytes; names it and the fix.
    """
    try:
        table = require_rows(path, pq.read_table(path, columns=list(columns)))
    except pa.ArrowInvalid as error:
        raise _no_parquet(path, error) from error
    return pa.table({name: _plain(path, name, table[name].chunk(0)) for name in table.column_names})


def _no_parquet(path: Path, error: pa.ArrowInvalid) -> UserError:
    return refusal(f"{path}: not a Parquet file ({str(error).splitlines()[0]}); write it again, or name it .csv if it is one")


def _plain(path: Path, name: str, column: pa.Array) -> pa.Array:
    """A column of categories or of another kind of strings as what it stands for."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise refusal(f'{path}: column "{name}" holds {kind}; give it one number or text per row')
    text = pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return column.cast(pa.string() if text else kind)
