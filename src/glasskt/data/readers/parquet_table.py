"""A table as a Parquet file."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from glasskt.data.readers.refusal import refusal
from glasskt.data.readers.text_table import require_columns, require_file, require_rows


def read_parquet(path: Path, columns: list[str], welcome: Sequence[str] = ()) -> pa.Table:
    """The named columns, and those of `welcome` that the file has, each in one piece.

    Raises:
        UserError: The file is missing, empty or no Parquet file, lacks a column, or a column holds lists or bytes; names it and the fix.
    """
    require_file(path)
    try:
        header = pq.read_schema(path).names
        require_columns(path, header, columns)
        wanted = dict.fromkeys([*columns, *(name for name in welcome if name in header)])
        table = require_rows(path, pq.read_table(path, columns=list(wanted)))
    except pa.ArrowInvalid as error:
        raise refusal(f"{path}: not a Parquet file ({str(error).splitlines()[0]}); write it again, or name it .csv if it is one") from error
    return pa.table({name: _plain(path, name, table[name].chunk(0)) for name in table.column_names})


def _plain(path: Path, name: str, column: pa.Array) -> pa.Array:
    """A column of categories or of another kind of strings as what it stands for."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise refusal(f'{path}: column "{name}" holds {kind}; give it one number or text per row')
    text = pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return column.cast(pa.string() if text else kind)
