"""The mean prediction: of the runs of each member, then of the members.

Every member weighs the same whatever its number of runs, and nothing is fitted: the validation figures of an average are those of rows
that it has not seen.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def mean(p_before: Mapping[str, Sequence[Floats]]) -> Floats:
    """The mean over members of the mean over their runs.

    Arguments:
        p_before: Member -> probabilities of a right answer that its runs give, `(N,)` each.

    Example:
        >>> mean({"dkt.base": [np.array([0.2]), np.array([0.4])], "additive.free": [np.array([0.7])]})
        array([0.5])
    """
    each: Floats = np.stack([np.mean(runs, axis=0) for runs in p_before.values()])  # (M, N)
    averaged: Floats = each.mean(axis=0)
    return averaged
