"""Do probabilities mean what they say? Reliability by bins, expected calibration error, and the parts of the Brier score.

Bins are of equal width, `metrics.BINS` of them on [0, 1], and once more of equal counts. With n_b responses in bin b, mean probability p_b,
success rate o_b and the success rate o of all,

    Brier = sum_b n_b/N (p_b - o_b)^2  -  sum_b n_b/N (o_b - o)^2  +  o (1 - o)  +  what differs within bins
            (reliability)                 (resolution)                (uncertainty)

Source: Murphy (1973), "A new vector partition of the probability score"; what is left within bins as in Stephenson, Coelho and Jolliffe
(2008), doi 10.1175/2007WAF2006116.1.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasskt.compare.bootstrap import Clusters, Floats, interval
from glasskt.compare.metrics import BINS, finite


def calibration(p: Floats, response: Floats, students: Clusters) -> dict[str, Any]:
    """Everything about one prediction; JSON-ready.

    Arguments:
        p: Probability of a correct response, `(N,)`.
        response: 0 or 1, `(N,)`.
        students: Whose rows these are.

    Returns:
        ece (equal widths), ece_equal_counts, brier, reliability, resolution, uncertainty, within_bins; `bins`, one entry per bin of equal
        width that is not empty: low and high edge, n, p (mean), rate with its 95 % interval rate_low, rate_high.
    """
    own = equal_width(p)
    parts = _parts(p, response, own)
    return {
        **{name: finite(value) for name, value in parts.items()},
        "ece_equal_counts": finite(_error(p, response, equal_counts(p))),
        "bins": [_bin(p, response, own == place, place, students) for place in np.unique(own).tolist()],
    }


def equal_width(p: Floats, bins: int = BINS) -> NDArray[np.intp]:
    """Bin of every probability, `(N,)` of 0..bins-1.

    Example:
        >>> equal_width(np.array([0.0, 0.49, 0.5, 1.0]), bins=2)
        array([0, 0, 1, 1])
    """
    return np.minimum((p * bins).astype(np.intp), bins - 1)


def equal_counts(p: Floats, bins: int = BINS) -> NDArray[np.intp]:
    """Bin of every probability when bins hold as many rows each; equal probabilities share a bin."""
    edges = np.quantile(p, np.arange(1, bins) / bins)
    return np.searchsorted(edges, p, side="right")


def _error(p: Floats, response: Floats, own: NDArray[np.intp]) -> float:
    return float(np.abs(np.bincount(own, response - p)).sum() / len(p))


def _parts(p: Floats, response: Floats, own: NDArray[np.intp]) -> dict[str, float]:
    n = np.bincount(own).astype(np.float64)
    filled = n > 0
    share = n[filled] / len(p)
    p_mean, rate = (np.bincount(own, values)[filled] / n[filled] for values in (p, response))
    base = float(response.mean())
    brier = float(((p - response) ** 2).mean())
    reliability, resolution = float(share @ (p_mean - rate) ** 2), float(share @ (rate - base) ** 2)
    uncertainty = base * (1 - base)
    return {
        "ece": _error(p, response, own),
        "brier": brier,
        "reliability": reliability,
        "resolution": resolution,
        "uncertainty": uncertainty,
        "within_bins": brier - (reliability - resolution + uncertainty),
    }


def _bin(p: Floats, response: Floats, inside: NDArray[np.bool_], place: int, students: Clusters) -> dict[str, Any]:
    right, n = students.totals(response * inside, inside.astype(np.float64))
    low, high = interval(np.divide(right, n, out=np.full(len(n), np.nan), where=n > 0))
    return {
        "low": place / BINS,
        "high": (place + 1) / BINS,
        "n": int(inside.sum()),
        "p": float(p[inside].mean()),
        "rate": float(response[inside].mean()),
        "rate_low": finite(low),
        "rate_high": finite(high),
    }
