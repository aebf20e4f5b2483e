"""Infit and outfit: do a skill's responses scatter about its curve as much as the model says?

    outfit_k = mean over responses of E[(r - P)^2 / (P (1 - P))]
    infit_k  = sum over responses of E[(r - P)^2] / sum of E[P (1 - P)]

P is the student's probability at theta. The mean squares are those of Wright and Masters (1982, chapter 5), unweighted and weighted by
information; since theta is latent, E averages over each student's posterior given all responses, the one in question included, instead of
plugging in an estimate (realized discrepancies: Gelman, Meng and Stern 1996). Under the model both are 1 in expectation, whatever the
number of responses, where a plug-in falls short of 1 because the estimate follows the response.

Above 1: responses depend less on ability than the curve says (guessing, several skills in one, learning); below 1: more (a steeper
skill). The posterior follows the data too, so misfit is understated where a student has few other responses. Outfit is moved by few
unlikely responses, infit by those near p = 1/2. Repeats count as responses of their own, a response to several skills by share.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from glasskt.irt import eap
from glasskt.irt.calibration import Calibration, Floats
from glasskt.irt.counts import Counts


@dataclass(frozen=True, kw_only=True)
class ItemFit:
    """Mean squares of every skill; 1 where the model holds, NaN without responses.

    Attributes:
        infit: Weighted by information, `(K,)`.
        outfit: Unweighted, `(K,)`.
    """

    infit: Floats
    outfit: Floats


def item_fit(fit: Calibration, counts: Counts) -> ItemFit:
    """Mean squares of a calibration on the counts that it was made from."""
    theta, posterior = eap.posterior(counts, fit.beta, fit.sigma, fit.discrimination)  # (G,), (S, G)
    slope, intercept = counts.mean_over_skills(fit.discrimination), counts.mean_over_skills(fit.intercept)  # (I,) each
    p = expit(slope[:, None] * theta + intercept[:, None])  # (I, G)
    successes, trials = counts.successes_matrix.T @ posterior, counts.trials_matrix.T @ posterior  # (I, G)
    failures = trials - successes
    squares = (successes * (1 - p) ** 2 + failures * p**2).sum(axis=1)
    standardized = (successes * (1 - p) / p + failures * p / (1 - p)).sum(axis=1)
    information = (trials * p * (1 - p)).sum(axis=1)
    return ItemFit(
        infit=_over(counts.by_share(squares), counts.by_share(information)),
        outfit=_over(counts.by_share(standardized), counts.skill_trials),
    )


def _over(sums: Floats, by: Floats) -> Floats:
    ratio: Floats = np.divide(sums, by, out=np.full(len(by), np.nan), where=by > 0)
    return ratio
