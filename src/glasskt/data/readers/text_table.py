"""A csv file as columns of text; what they mean is the readers' matter."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.csv

from glasskt.data.catalogue import whence
from glasskt.data.readers.refusal import refusal
from glasskt.errors import did_you_mean

LARGE = 2**28
"""Bytes from which a file is read block by block, its wanted columns alone kept."""
BLOCK = 2**26

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
"""What some programs write between the cells of a csv file, in words."""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a text file writes its cells: what stands between them, and its encoding, `utf-8` or `latin-1`."""

    separator: str = ","
    encoding: str = "utf-8"


COMMAS = Dialect()


def read_csv(path: Path, columns: Iterable[str], dialect: Dialect = COMMAS, optional: Iterable[str] = ()) -> pa.Table:
    """The named columns of a csv file with a header line, and of the optional ones those that it has; other columns are left out.

    Returns:
        Columns of strings, in one chunk each, with at least one row. An empty cell is an empty string.

    Raises:
        UserError: No such file, not text in its encoding, empty, a column missing or twice, or a row with too many or too few cells.
    """
    wanted = list(dict.fromkeys(columns))
    source: IO[bytes]
    if path.is_file() and path.stat().st_size > LARGE:
        header, source, encoding, block_size = _first_line(path, dialect), path.open("rb"), dialect.encoding, BLOCK
    else:
        content = _content(path, dialect.encoding)
        # one block: a student's list may be longer than pyarrow's usual one
        header, source, encoding, block_size = _header(content, dialect), io.BytesIO(content), "utf-8", min(len(content) + 1, 2**31 - 1)
    with source:
        require_columns(path, header, wanted, dialect)
        wanted += [name for name in optional if header.count(name) == 1 and name not in wanted]
        return require_rows(path, _table(path, source, wanted, dialect, encoding=encoding, block_size=block_size))


def _table(path: Path, source: IO[bytes], wanted: list[str], dialect: Dialect, *, encoding: str, block_size: int) -> pa.Table:
    broken: list[pyarrow.csv.InvalidRow] = []

    def stop(row: pyarrow.csv.InvalidRow) -> str:
        broken.append(row)
        return "error"

    try:
        with pyarrow.csv.open_csv(
            source,
            # one thread: rows are numbered
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=block_size, encoding=encoding),
            parse_options=pyarrow.csv.ParseOptions(delimiter=dialect.separator, newlines_in_values=True, invalid_row_handler=stop),
            convert_options=pyarrow.csv.ConvertOptions(include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string())),
        ) as blocks:
            return pa.Table.from_batches(list(blocks), schema=blocks.schema)
    except pa.ArrowInvalid as error:
        if broken:
            cells = f"{broken[0].actual_columns} cells where the header has {broken[0].expected_columns}"
            between = SEPARATORS.get(dialect.separator, f'"{dialect.separator}"')
            raise refusal(f"{path}: line {broken[0].number}: {cells}; put a cell that holds {between} in double quotes") from error
        raise refusal(f"{path}: not a csv file ({str(error).splitlines()[0]}); export it again as csv in UTF-8") from error


def header_of(path: Path) -> list[str]:
    """Names of the columns of a csv file; raises as `read_csv`."""
    return _header(_content(path))


def text_of(path: Path) -> str:
    """A text file in UTF-8; raises as `read_csv` where it is none, or empty."""
    return _content(path).decode("utf-8-sig")


_OR_SAY = ", or, for a table whose block in params.yaml you write, say so there"


def _header(content: bytes, dialect: Dialect = COMMAS) -> list[str]:
    return _cells(content.split(b"\n", 1)[0].decode("utf-8-sig"), dialect)


def _first_line(path: Path, dialect: Dialect) -> list[str]:
    with path.open("rb") as file:
        return _cells(file.readline().decode(dialect.encoding, "replace").removeprefix("\ufeff"), dialect)


def _cells(line: str, dialect: Dialect) -> list[str]:
    return next(csv.reader([line.rstrip("\r\n")], delimiter=dialect.separator), [])


def _content(path: Path, encoding: str = "utf-8") -> bytes:
    """The file as UTF-8."""
    require_file(path)
    content = path.read_bytes()
    if not content.strip():
        raise refusal(f"{path}: the file is empty; get it again")
    if encoding != "utf-8":
        return content.decode(encoding).encode("utf-8")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refusal(
            f"{path}: line {line}: byte {error.start} is not UTF-8; export the file again in UTF-8{_OR_SAY} (encoding: latin-1)"
        ) from error
    return content


def require_file(path: Path) -> None:
    """Raise a UserError if there is no file at `path`."""
    if not path.is_file():
        fix = whence(path.name) or "correct the path, or get a published data set with `glasskt data get NAME`"
        raise refusal(f"{path}: no such file; {fix}")


def require_columns(path: Path, header: list[str], columns: Iterable[str], dialect: Dialect = COMMAS) -> None:
    """Raise a UserError if one of `columns` is not in `header` exactly once."""
    for column in columns:
        if column not in header:
            _refuse_other_separators(path, header, dialect)
            raise refusal(f'{path}: no column "{column}". {did_you_mean(column, header)}')
        if header.count(column) > 1:
            raise refusal(f'{path}: two columns are named "{column}"; rename one of them')


def _refuse_other_separators(path: Path, header: list[str], dialect: Dialect) -> None:
    for separator, word in SEPARATORS.items():
        if len(header) == 1 and separator != dialect.separator and separator in header[0]:
            wanted = SEPARATORS.get(dialect.separator, f'"{dialect.separator}"')
            named = f"(separator: {json.dumps(separator)})"
            raise refusal(
                f"{path}: the cells of its header are separated by {word}; export the file with {wanted} between cells{_OR_SAY} {named}"
            )


def require_rows(path: Path, table: pa.Table) -> pa.Table:
    """The table in one chunk per column; a UserError if it has no row."""
    if table.num_rows == 0:
        raise refusal(f"{path}: a header but no data row; get the file again")
    return table.combine_chunks()
