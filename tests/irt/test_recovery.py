"""Recovery of known parameters under ASSIST2015's own incidence: who answers which skill, how often.

Difficulties and sigma are those estimated on the data, abilities and responses are drawn anew in each replication.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from glasskt.irt import rasch
from glasskt.irt.counts import every_response

REPLICATIONS = 50


@dataclass(frozen=True)
class Recovery:
    """`(R, K)` each, and `(R,)` of sigma."""

    error: NDArray[np.float64]
    se: NDArray[np.float64]
    sigma_error: NDArray[np.float64]
    sigma_se: NDArray[np.float64]

    @property
    def bias(self):
        return self.error.mean()

    @property
    def rmse(self):
        return np.sqrt((self.error**2).mean())

    @property
    def coverage(self):
        return (np.abs(self.error) < 1.96 * self.se).mean()


def replicate(counts, truth, replications):
    rows = []
    for seed in replications:
        rng = np.random.default_rng([2015, seed])
        theta = truth.sigma * rng.standard_normal(counts.n_students)
        p = expit(theta[counts.student] - truth.beta[counts.skill])
        fit = rasch.fit(replace(counts, successes=rng.binomial(counts.trials.astype(int), p).astype(float)))
        rows.append((fit.beta - truth.beta, fit.beta_se, fit.sigma - truth.sigma, fit.sigma_se))
    return Recovery(*(np.array(column) for column in zip(*rows, strict=True)))


@pytest.mark.slow
@pytest.mark.real
def test_difficulties_and_sigma_are_recovered_and_their_95_percent_intervals_cover(assist2015_fold0):
    """Of sigma, 50 intervals say little; its standard errors are held against the scatter of the estimates as well."""
    counts = every_response(assist2015_fold0["train"])
    found = replicate(counts, rasch.fit(counts), range(REPLICATIONS))
    assert abs(found.bias) < 0.01
    assert found.rmse == pytest.approx(np.sqrt((found.se**2).mean()), rel=0.1)
    assert 0.93 < found.coverage < 0.97
    assert abs(found.sigma_error.mean()) < 0.003
    assert found.sigma_error.std() == pytest.approx(found.sigma_se.mean(), rel=0.2)  # two standard errors of an sd of 50
    assert 0.93 < (np.abs(found.sigma_error) < 1.96 * found.sigma_se).mean() < 0.97
