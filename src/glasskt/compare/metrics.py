"""How well probabilities predict responses, and how well two quantities agree: estimates with 95 % student-clustered bootstrap intervals.

Point estimates come from scikit-learn and SciPy; the bootstrap is `glasskt.compare.bootstrap`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score

from glasskt.compare.bootstrap import Clusters, Floats, interval

BINS = 15
"""Equal-width bins of the expected calibration error."""

CUT = 0.5
"""A response is predicted correct from this probability on."""


@dataclass(frozen=True)
class Estimate:
    """A value and the limits of its 95 % interval; NaN where not defined."""

    value: float
    low: float = np.nan
    high: float = np.nan

    def as_json(self) -> dict[str, float | None]:
        """For JSON, which has no NaN."""
        return {name: finite(getattr(self, name)) for name in ("value", "low", "high")}


def finite(value: float | None) -> float | None:
    """The number, or None where there is none.

    Example:
        >>> finite(float("nan")) is None
        True
    """
    return float(value) if value is not None and np.isfinite(value) else None


def scores(p: Floats, response: Floats, students: Clusters) -> dict[str, Any]:
    """Every metric of one prediction.

    Arguments:
        p: Probability of a correct response, `(N,)`.
        response: 0 or 1, `(N,)`.
        students: Whose rows these are.

    Returns:
        n, auc, accuracy, log_loss (nats), brier, r (each value, low, high) and ece (value); JSON-ready.
    """
    hit = (p >= CUT) == (response == 1)
    return {
        "n": len(p),
        "auc": auc(p, response, students).as_json(),
        "accuracy": estimated(accuracy_score(response == 1, p >= CUT), students.mean(hit.astype(float))).as_json(),
        "log_loss": estimated(log_loss(response, p, labels=[0, 1]), students.mean(surprise(p, response))).as_json(),
        "brier": estimated(brier_score_loss(response, p, labels=[0, 1], pos_label=1), students.mean((p - response) ** 2)).as_json(),
        "ece": {"value": finite(calibration_error(p, response))},
        "r": correlation(p, response, students).as_json(),
    }


def surprise(p: Floats, response: Floats) -> Floats:
    """Minus the log of the probability that was given to each response, `(N,)`, `(N,)` -> `(N,)`; bounded as scikit-learn does."""
    bounded = np.clip(p, np.finfo(p.dtype).eps, 1 - np.finfo(p.dtype).eps)
    log_p: Floats = -np.log(np.where(response == 1, bounded, 1 - bounded))
    return log_p


def auc(p: Floats, response: Floats, students: Clusters) -> Estimate:
    """Area under the ROC curve; NaN where all responses are equal."""
    value = roc_auc_score(response, p) if np.ptp(response) else np.nan
    return estimated(value, students.auc(p, response))


def calibration_error(p: Floats, response: Floats, bins: int = BINS) -> float:
    """Expected calibration error: mean distance of success rate and mean probability over equal-width bins, weighted by rows.

    Source: Naeini, Cooper and Hauskrecht (2015), AAAI 29. torchmetrics has it too, at the price of importing torch.

    Example:
        >>> calibration_error(np.array([0.75, 0.75, 0.25, 0.25]), np.array([1.0, 1.0, 0.0, 0.0]))
        0.25
    """
    own = np.minimum((p * bins).astype(np.intp), bins - 1)
    excess = np.bincount(own, response - p, minlength=bins)
    return float(np.abs(excess).sum() / len(p))


def pearson(x: Floats, y: Floats) -> float:
    """Pearson correlation; NaN where one of them is constant."""
    return float(np.corrcoef(x, y)[0, 1]) if np.ptp(x) and np.ptp(y) else np.nan


def spearman(x: Floats, y: Floats) -> float:
    """Spearman correlation, mid-ranks for ties; NaN where one of them is constant."""
    return pearson(rankdata(x), rankdata(y))


def correlation(x: Floats, y: Floats, students: Clusters) -> Estimate:
    """Pearson correlation of two quantities over rows, `(N,)`, `(N,)`."""
    return estimated(pearson(x, y), students.pearson(x, y))


def rank_correlation(x: Floats, y: Floats, students: Clusters) -> Estimate:
    """Spearman correlation with mid-ranks.

    The interval resamples students but keeps every row's rank in the whole sample, so it is approximate.
    """
    return correlation(rankdata(x), rankdata(y), students)


def mean(values: Floats, students: Clusters) -> Estimate:
    """Mean over rows, `(N,)`."""
    return estimated(values.mean(), students.mean(values))


def sd(values: Floats, students: Clusters) -> Estimate:
    """Standard deviation over rows (divisor n), `(N,)`."""
    return estimated(values.std(), students.sd(values))


def ratio_of_means(values: Floats, response: Floats, students: Clusters) -> Estimate:
    """Mean over rows with response 1 / mean over rows with response 0; NaN where the latter is 0."""
    right, wrong = response == 1, response == 0

    def ratio(totals: Floats) -> Floats:
        of_right, of_wrong, n_right, n_wrong = totals
        below = of_wrong * n_right
        quotient: Floats = np.divide(of_right * n_wrong, below, out=np.full(below.shape, np.nan), where=below != 0)
        return quotient

    parts = (values * right, values * wrong, right.astype(float), wrong.astype(float))
    return estimated(float(ratio(np.array([[part.sum()] for part in parts]))[0]), ratio(students.totals(*parts)))


def explained(values: Floats, target: Floats, students: Clusters) -> Estimate:
    """R^2 = 1 - mean squared distance / variance of the target; below 0 where the target's mean is nearer. NaN for a constant target."""
    error = (values - target) ** 2
    if not np.ptp(target):
        return Estimate(np.nan)
    return estimated(1 - error.mean() / target.var(), 1 - students.mean(error) / students.sd(target) ** 2)


def width(values: Floats, share: float, students: Clusters) -> Estimate:
    """Width of the interval that holds the central `share` of the rows."""
    levels = [(1 - share) / 2, (1 + share) / 2]
    low, high = np.quantile(values, levels, method="inverted_cdf")
    resampled = students.quantiles(values, levels)
    return estimated(high - low, resampled[:, 1] - resampled[:, 0])


def estimated(value: float, draws: Floats) -> Estimate:
    """A value with the interval that its resamples give, `(B,)`."""
    return Estimate(float(value), *interval(draws))
