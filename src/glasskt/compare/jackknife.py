"""Delete-a-group jackknife: how sure an estimate is, from runs that each leave out one group of the students.

The folds of a data set are such groups. Source: Kott (2001), "The delete-a-group jackknife", Journal of Official Statistics 17, 521-526.
"""

import numpy as np
from scipy.stats import t

from glasskt.compare.bootstrap import Floats

LEAST_RUNS = 3
"""Of two, an error is known to one degree of freedom: to nothing."""


def half_width(estimates: Floats, groups: int) -> Floats:
    """Half-width of the 95 % interval of their mean, by the t distribution; NaN for fewer than `LEAST_RUNS` runs.

    Arguments:
        estimates: Of F quantities, in runs that leave out one group each, `(runs, F)`; runs <= groups.
        groups: How many there are.

    Returns:
        `(F,)`.
    """
    runs = len(estimates)
    if runs < LEAST_RUNS:
        return np.full(estimates.shape[1], np.nan)
    error = (groups - 1) / np.sqrt(groups) * estimates.std(axis=0, ddof=1)
    width: Floats = error * t.ppf(0.975, runs - 1)
    return width
