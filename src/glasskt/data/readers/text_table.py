"""A csv file as columns of text; what they mean is the readers' matter."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from glasskt.data.readers.refusal import refusal
from glasskt.errors import did_you_mean

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
"""What some programs write between the cells of a csv file, in words."""


def read_csv(path: Path, columns: Iterable[str]) -> pa.Table:
    """The named columns of a csv file with a header line; other columns are left out.

    Returns:
        Columns of strings, in one chunk each, with at least one row. An empty cell is an empty string.

    Raises:
        UserError: No such file, not text in UTF-8, empty, a column missing or twice, or a row with too many or too few cells.
    """
    content = _content(path)
    wanted = list(dict.fromkeys(columns))
    require_columns(path, _header(content), wanted)
    broken: list[pyarrow.csv.InvalidRow] = []

    def stop(row: pyarrow.csv.InvalidRow) -> str:
        broken.append(row)
        return "error"

    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(content),
            # one block: a student's list may be longer than pyarrow's usual one; one thread: rows are numbered
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=min(len(content) + 1, 2**31 - 1)),
            parse_options=pyarrow.csv.ParseOptions(invalid_row_handler=stop),
            convert_options=pyarrow.csv.ConvertOptions(include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string())),
        )
    except pa.ArrowInvalid as error:
        if broken:
            cells = f"{broken[0].actual_columns} cells where the header has {broken[0].expected_columns}"
            raise refusal(f"{path}: line {broken[0].number}: {cells}; put a cell that holds commas in double quotes") from error
        raise refusal(f"{path}: not a csv file ({str(error).splitlines()[0]}); export it again as csv in UTF-8") from error
    return require_rows(path, table)


def header_of(path: Path) -> list[str]:
    """Names of the columns of a csv file; raises as `read_csv`."""
    return _header(_content(path))


def text_of(path: Path) -> str:
    """A text file in UTF-8; raises as `read_csv` where it is none, or empty."""
    return _content(path).decode("utf-8-sig")


def _header(content: bytes) -> list[str]:
    return next(csv.reader([content.split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r")]), [])


def _content(path: Path) -> bytes:
    require_file(path)
    content = path.read_bytes()
    if not content.strip():
        raise refusal(f"{path}: the file is empty; get it again")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refusal(f"{path}: line {line}: byte {error.start} is not UTF-8; export the file again as csv in UTF-8") from error
    return content


def require_file(path: Path) -> None:
    """Raise a UserError if there is no file at `path`."""
    if not path.is_file():
        raise refusal(f"{path}: no such file; correct the path, or get a published data set with `glasskt data get NAME`")


def require_columns(path: Path, header: list[str], columns: Iterable[str]) -> None:
    """Raise a UserError if one of `columns` is not in `header` exactly once."""
    for column in columns:
        if column not in header:
            _refuse_other_separators(path, header)
            raise refusal(f'{path}: no column "{column}". {did_you_mean(column, header)}')
        if header.count(column) > 1:
            raise refusal(f'{path}: two columns are named "{column}"; rename one of them')


def _refuse_other_separators(path: Path, header: list[str]) -> None:
    for separator, word in SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            raise refusal(f"{path}: the cells of its header are separated by {word}; export the file with commas between cells")


def require_rows(path: Path, table: pa.Table) -> pa.Table:
    """The table in one chunk per column; a UserError if it has no row."""
    if table.num_rows == 0:
        raise refusal(f"{path}: a header but no data row; get the file again")
    return table.combine_chunks()
