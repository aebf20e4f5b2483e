"""A response to several skills that was written as several responses: the second of them is predicted by a model that has seen the first.

An evaluation on such rows leaks: the answer to be predicted stands one step earlier. Neighbouring rows of one student that agree in all
that tells responses apart, and differ in the skill alone, are taken for one response.

Source: Liu et al. 2022 (pyKT), arXiv 2206.11460, section 4 (all-in-one against one-by-one evaluation of questions with several concepts).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def first_pair(
    student: NDArray[np.int64], response: NDArray[Any], skills: NDArray[Any], keys: Sequence[NDArray[Any]]
) -> tuple[int, int] | None:
    """The first two neighbouring rows that look like one response, None where no two do.

    Arguments:
        student: Code of the student, rows of one student together and in order, `(N,)`.
        response: `(N,)`.
        skills: What is practised, equal where the same, `(N,)`.
        keys: What tells responses apart: the item, the moment, an id; `(N,)` each. Without any nothing can be said.

    Example:
        >>> first_pair(np.array([0, 0, 0]), np.array([1, 1, 1]), np.array([3, 3, 7]), [np.array(["p1", "p2", "p2"])])
        (1, 2)
    """
    if not keys or len(student) < 2:
        return None
    alike = student[1:] == student[:-1]
    for values in (response, *keys):
        alike = alike & np.asarray(values[1:] == values[:-1], bool)
    alike = alike & np.asarray(skills[1:] != skills[:-1], bool)
    return (int(np.argmax(alike)), int(np.argmax(alike)) + 1) if alike.any() else None


def first_repeat(student: NDArray[np.int64], response: NDArray[Any], item: NDArray[np.int64], sizes: NDArray[np.int64]) -> int | None:
    """The first row that the next one repeats, if every response to an item of m > 1 skills stands m times in a row; else None.

    A student who meets an item again at once does so now and then, not every time.

    Arguments:
        student: Code of the student, rows of one student together and in order, `(N,)`.
        response: `(N,)`.
        item: Code of the item, `(N,)`.
        sizes: How many skills it practises, `(N,)`.

    Example:
        >>> student, response, sizes = np.zeros(5, int), np.array([1, 1, 0, 0, 0]), np.array([2, 2, 1, 2, 2])
        >>> first_repeat(student, response, np.array([7, 7, 3, 7, 7]), sizes)
        0
        >>> first_repeat(student, response, np.array([7, 7, 3, 7, 8]), sizes)
    """
    starts = np.flatnonzero(np.r_[True, (student[1:] != student[:-1]) | (item[1:] != item[:-1])])
    lengths = np.diff(np.r_[starts, len(item)])  # of runs of one item
    start, length = np.repeat(starts, lengths), np.repeat(lengths, lengths)
    several = sizes > 1
    head = start + (np.arange(len(item)) - start) // sizes * sizes  # where the response would begin
    repeated = (length % sizes == 0) & (response == response[head])
    return int(np.argmax(several)) if several.any() and repeated[several].all() else None
