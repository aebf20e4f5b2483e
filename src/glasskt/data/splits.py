"""Students, never their rows, divided into folds and a test set."""

import numpy as np
from numpy.typing import NDArray

from glasskt.errors import UserError

TEST = -1
"""The fold of a test student, as in pyKT's files."""


def divide(n_students: int, *, folds: int, test_share: float, seed: int) -> NDArray[np.int64]:
    """A fold for each student, reproducibly: the last share of the shuffled students is the test set, the others form equal folds.

    The scheme of pyKT's split (Liu et al. 2022, arXiv 2206.11460) with NumPy's generator.

    Arguments:
        n_students: Number of students S, in an order that does not depend on the file (sorted ids).
        folds: Number of folds.
        test_share: Share of the students that is the test set; 0 for none.
        seed: Of the shuffle.

    Returns:
        0 to folds - 1, or `TEST`, `(S,)`.

    Raises:
        UserError: A fold or the test set would be empty.

    Example:
        >>> divide(6, folds=2, test_share=1 / 3, seed=0).tolist()
        [-1, -1, 0, 0, 1, 1]
    """
    n_test = round(test_share * n_students)
    n_train = n_students - n_test
    if n_train < folds or (test_share > 0 and n_test == 0):
        raise UserError(
            f"the number of students, {n_students}, is too small for {folds} folds and a test share of {test_share}; "
            "use fewer folds or more students"
        )
    shuffled = np.random.default_rng(seed).permutation(n_students)
    fold = np.full(n_students, TEST, np.int64)
    fold[shuffled[:n_train]] = np.arange(n_train) * folds // n_train
    return fold
