"""Student-clustered bootstrap: whole students are drawn with replacement, since the responses of one student are not independent.

A resample is a weight per student (how often it was drawn), so that every statistic is a weighted one: sums are taken once per student,
ranks are taken once for all resamples. The weights come from a constant seed: runs on the same students see the same resamples, which
makes their differences paired. Source: Field and Welsh (2007), "Bootstrapping clustered data", doi 10.1111/j.1467-9868.2007.00593.x.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array

RESAMPLES = 1000
SEED = 0

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Clusters:
    """N rows of S clusters (students, or skills) and B resamples of the clusters.

    Attributes:
        code: Cluster of every row, 0..S-1 in the order of first appearance, `(N,)`.
        weights: How often each resample holds each cluster, `(B, S)`.
    """

    code: NDArray[np.intp]
    weights: Floats

    @classmethod
    def of(cls, labels: ArrayLike, resamples: int = RESAMPLES) -> "Clusters":
        """The clusters that `labels` name, `(N,)`; equal labels in the same order give equal resamples."""
        code, names = pd.factorize(np.asarray(labels))
        size = len(names)
        weights = np.random.default_rng(SEED).multinomial(size, np.full(size, 1 / size), size=resamples).astype(float)
        return cls(code=code, weights=weights)

    def totals(self, *values: Floats) -> Floats:
        """Sum of each `(N,)` over the rows of every resample, `(number of values, B)`."""
        size = self.weights.shape[1]
        per_cluster = np.column_stack([np.bincount(self.code, value, minlength=size) for value in values])  # (S, k)
        resampled: Floats = (self.weights @ per_cluster).T
        return resampled

    def mean(self, values: Floats) -> Floats:
        """Mean of `values` in every resample, `(N,)` -> `(B,)`."""
        total, n = self.totals(values, np.ones(len(values)))
        return _ratio(total, n)

    def sd(self, values: Floats) -> Floats:
        """Standard deviation (divisor n) in every resample, `(N,)` -> `(B,)`."""
        centred = values - values.mean()
        variance: Floats = np.maximum(self.mean(centred**2) - self.mean(centred) ** 2, 0)
        deviation: Floats = np.sqrt(variance)
        return deviation

    def means_by_group(self, values: Floats, group: NDArray[np.intp]) -> Floats:
        """Mean of `values` in each group of rows in every resample, `(N,)`, `(N,)` of 0..G-1 -> `(B, G)`; NaN for a group not drawn."""
        shape = (self.weights.shape[1], int(group.max()) + 1)
        total, n = (self.weights @ coo_array((each, (self.code, group)), shape=shape).tocsr() for each in (values, np.ones(len(values))))
        means: Floats = np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
        return means

    def pearson(self, x: Floats, y: Floats) -> Floats:
        """Pearson correlation in every resample, `(N,)`, `(N,)` -> `(B,)`; NaN where one of them is constant."""
        if np.ptp(x) == 0 or np.ptp(y) == 0:
            return np.full(len(self.weights), np.nan)
        x, y = x - x.mean(), y - y.mean()  # sums of squares stay small, so that nothing cancels
        sx, sy, sxx, syy, sxy, n = self.totals(x, y, x * x, y * y, x * y, np.ones(len(x)))
        return _ratio(sxy - sx * sy / n, np.sqrt(np.maximum(sxx - sx * sx / n, 0) * np.maximum(syy - sy * sy / n, 0)))

    def auc(self, p: Floats, response: Floats) -> Floats:
        """Area under the ROC curve in every resample, `(N,)`, `(N,)` -> `(B,)`; a tie counts one half, one class alone gives NaN."""
        right, wrong = _sorted_by(p, response == 1), _sorted_by(p, response == 0)
        below, through = (np.searchsorted(p[wrong], p[right], side) for side in ("left", "right"))
        of_right, of_wrong = self.code[right], self.code[wrong]
        concordant, pairs = np.empty(len(self.weights)), np.empty(len(self.weights))
        for b, weight in enumerate(self.weights):
            weight_of_right = weight[of_right]
            wrong_so_far = np.concatenate([[0.0], np.cumsum(weight[of_wrong])])
            concordant[b] = weight_of_right @ (wrong_so_far[below] + wrong_so_far[through]) / 2
            pairs[b] = weight_of_right.sum() * wrong_so_far[-1]
        return _ratio(concordant, pairs)

    def quantiles(self, values: Floats, levels: Sequence[float]) -> Floats:
        """Quantiles (inverse of the distribution function) in every resample, `(N,)` -> `(B, number of levels)`."""
        order = np.argsort(values, kind="stable")
        code, ordered = self.code[order], values[order]
        found = np.empty((len(self.weights), len(levels)))
        for b, weight in enumerate(self.weights):
            share = np.cumsum(weight[code])
            found[b] = ordered[np.searchsorted(share, np.asarray(levels) * share[-1])]
        return found


def interval(draws: Floats) -> tuple[float, float]:
    """95 % percentile interval of a statistic's resamples, `(B,)`; NaN, NaN where no resample defines it."""
    defined = draws[np.isfinite(draws)]
    if not len(defined):
        return np.nan, np.nan
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)


def _sorted_by(p: Floats, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    rows = np.flatnonzero(chosen)
    return rows[np.argsort(p[rows], kind="stable")]


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    quotient: Floats = np.divide(numerator, denominator, out=np.full(len(numerator), np.nan), where=denominator > 0)
    return quotient
