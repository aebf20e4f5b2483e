"""Student ids: integers where every id is one, else text."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def ids(column: pa.Array) -> NDArray[Any]:
    """Ids as int64 if all are integers written the usual way, else as strings; `007` stays text.

    Arguments:
        column: Strings or integers without null, `(N,)`.

    Example:
        >>> ids(pa.array(["7", "12"])).dtype, ids(pa.array(["007", "12"])).tolist()
        (dtype('int64'), ['007', '12'])
    """
    try:
        whole = column.cast(pa.int64())
    except pa.ArrowInvalid:
        whole = None
    if whole is not None and (pa.types.is_integer(column.type) or pc.all(pc.equal(whole.cast(column.type), column)).as_py()):
        numbers: NDArray[Any] = whole.to_numpy(zero_copy_only=False)
        return numbers
    return np.asarray(column.cast(pa.string()).to_pylist(), object)
