"""Recovery of known parameters under ASSIST2015's own incidence: who answers which skill, how often.

Difficulties and sigma are those estimated on the data, abilities and responses are drawn anew in each replication.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from glasskt.irt import rasch
from glasskt.irt.ascent import climb, covariance_of
from glasskt.irt.counts import every_response

REPLICATIONS, SIGMA_REPLICATIONS = 50, 200


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


def drawn(counts, truth, seed):
    rng = np.random.default_rng([2015, seed])
    theta = truth.sigma * rng.standard_normal(counts.n_students)
    p = expit(theta[counts.student] - truth.beta[counts.skill])
    return replace(counts, successes=rng.binomial(counts.trials.astype(int), p).astype(float))


def replicate(counts, truth, replications):
    rows = []
    for seed in replications:
        fit = rasch.fit(drawn(counts, truth, seed))
        rows.append((fit.beta - truth.beta, fit.beta_se, fit.sigma - truth.sigma, fit.sigma_se))
    return Recovery(*(np.array(column) for column in zip(*rows, strict=True)))


@pytest.mark.slow
@pytest.mark.real
def test_difficulties_are_recovered_and_their_95_percent_intervals_cover(assist2015_fold0):
    counts = every_response(assist2015_fold0["train"])
    found = replicate(counts, rasch.fit(counts), range(REPLICATIONS))
    assert abs(found.bias) < 0.01
    assert found.rmse == pytest.approx(np.sqrt((found.se**2).mean()), rel=0.1)
    assert 0.93 < found.coverage < 0.97
    assert abs(found.sigma_error.mean()) < 0.003


@pytest.mark.slow
@pytest.mark.real
def test_sigma_is_recovered_and_its_95_percent_interval_covers(assist2015_fold0):
    """A replication has one sigma, and a hundred difficulties: 200 replications, from one start each; the standard error varies little."""
    counts = every_response(assist2015_fold0["train"])
    truth = rasch.fit(counts)
    parameters = np.r_[truth.beta, truth.sigma]
    error, se = [], []
    for seed in range(1000, 1000 + SIGMA_REPLICATIONS):
        likelihood = rasch.MarginalLikelihood(drawn(counts, truth, seed))
        found = climb(likelihood, parameters, 200).parameters
        error.append(found[-1] - truth.sigma)
        if seed % 10 == 0:
            se.append(np.sqrt(covariance_of(likelihood.information(found))[-1, -1]))
    assert abs(np.mean(error)) < 0.003
    assert np.std(error) == pytest.approx(np.mean(se), rel=0.1)  # two standard errors of an sd of 200
    assert 0.93 < (np.abs(error) < 1.96 * np.mean(se)).mean() < 0.97
