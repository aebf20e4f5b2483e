"""The marginal likelihood of items with a slope and an intercept each, its gradient and its observed information.

    P(r = 1 | z_i, skill k) = sigmoid(intercept_k + slope_k z_i),    z_i ~ N(0, 1)

A response that practises several skills has the mean of their intercepts and of their slopes (`counts.Counts.share`).

The integral over z is a sum over an even grid (the trapezoidal rule); all quantities need the successes and trials of each student on each
skill, nothing else. Both static models are this one with their parameters in other words: Rasch has intercept = -beta and every
slope = sigma.

A skill that every training student got right, or wrong, or that none practised, has no finite estimate. Only such a skill gets one
pseudo-response at z = 0, correct with the base rate; every other estimate is the plain maximum of the likelihood.

Gauss-Hermite nodes suit the prior, not the posterior of a student with hundreds of responses, which is narrower than they lie apart. On
ASSIST2015, 41 of them shift difficulties by up to 0.005 and make the standard error of sigma 4 % too small; even nodes at 0.2 give the
log-likelihood of 440,000 responses within 0.001 of nodes at 0.05.

Sources: Bock and Aitkin 1981 (quadrature), Louis 1982 (observed information from complete-data derivatives).
"""

from typing import Any

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.special import expit, logit, logsumexp

from glasskt.errors import UserError
from glasskt.irt.calibration import Floats
from glasskt.irt.counts import Counts

SPACING, REACH = 0.2, 5.4
"""Of the nodes, and their half-width, in standard deviations of the prior."""


class Marginal:
    """The likelihood of some counts; G nodes, S students, K skills, I skills and combinations of them, M cells."""

    def __init__(self, counts: Counts) -> None:
        """Prepare the nodes.

        Raises:
            UserError: The responses are all correct, all wrong, or absent, or some skills occur only together.
        """
        if not 0 < counts.base_rate < 1:
            raise UserError(
                f"the {int(counts.trials.sum())} training responses hold no success or no failure; "
                "an item response fit needs both: check the response column and the fold"
            )
        _tell_apart(counts)
        self.counts = counts
        half = round(REACH / SPACING)
        self.nodes = SPACING * np.arange(-half, half + 1)  # (G,)
        self.log_weights = -0.5 * self.nodes**2 - logsumexp(-0.5 * self.nodes**2)
        both = (counts.skill_successes > 0) & (counts.skill_successes < counts.skill_trials)
        self.pseudo = (~both).astype(np.float64)  # (K,)

    def start(self) -> Floats:
        """Intercepts to begin at: logits of the smoothed success rates, `(K,)`."""
        start: Floats = logit((self.counts.skill_successes + self.counts.base_rate) / (self.counts.skill_trials + 1))
        return start

    def p(self, slope: Floats, intercept: Floats) -> Floats:
        """Probability of success of every skill and combination at every node, `(I, G)`."""
        p: Floats = expit(self._logit(slope, intercept))
        return p

    def students(self, slope: Floats, intercept: Floats) -> tuple[Floats, Floats]:
        """Marginal log-likelihood of each student, `(S,)`, and the posterior over the nodes, `(S, G)`."""
        log_joint = self.counts.over_successes(slope)[:, None] * self.nodes + self.log_weights  # (S, G)
        log_joint -= self.counts.trials_matrix @ np.logaddexp(0, self._logit(slope, intercept))  # (S, I) (I, G) -> (S, G)
        highest = log_joint.max(axis=1, keepdims=True)
        log_joint -= highest
        posterior = np.exp(log_joint, out=log_joint)
        total = posterior.sum(axis=1, keepdims=True)
        posterior /= total
        return (highest + np.log(total))[:, 0] + self.counts.over_successes(intercept), posterior

    def value_and_gradient(self, slope: Floats, intercept: Floats) -> tuple[float, Floats, Floats]:
        """Log-likelihood with the pseudo-responses, its derivatives by slope and by intercept, `(K,)` each."""
        value, posterior = self.students(slope, intercept)
        counts, p = self.counts, self.p(slope, intercept)
        expected = (counts.trials_matrix.T @ posterior) * p  # (I, G)
        base = counts.base_rate
        of_pseudo = self.pseudo @ (base * intercept - np.logaddexp(0, intercept))
        of_intercept = counts.skill_successes - counts.by_share(expected.sum(axis=1)) + self.pseudo * (base - expit(intercept))
        of_slope = counts.by_share(counts.successes_matrix.T @ (posterior @ self.nodes) - expected @ self.nodes)
        return float(value.sum() + of_pseudo), of_slope, of_intercept

    def information(self, slope: Floats, intercept: Floats) -> tuple[Floats, Floats, Floats]:
        """Observed information, `(K, K)` each: intercept with intercept, intercept with slope, slope with slope.

        The expected information of complete data, less the posterior covariance of the complete-data score (Louis 1982).
        """
        counts, p = self.counts, self.p(slope, intercept)
        _, posterior = self.students(slope, intercept)
        complete = (counts.trials_matrix.T @ posterior) * p * (1 - p)  # (I, G)
        blocks = np.zeros((3, counts.n_skills, counts.n_skills))  # by the power of z in the score's products
        mean_score = np.zeros((2, len(counts.trials)))  # of intercept and slope, in each cell
        for node, z in enumerate(self.nodes):
            score = counts.successes - counts.trials * p[counts.skill, node]  # (M,)
            weighted = score * posterior[counts.student, node]
            outer = self._of_skills(self._cells(weighted).T @ self._cells(score))
            blocks -= np.array([1, z, z**2])[:, None, None] * outer
            mean_score += np.array([1, z])[:, None] * weighted
        of_intercept, of_slope = (self._cells(mean) for mean in mean_score)
        blocks += [self._of_skills(left.T @ right) for left, right in ((of_intercept,) * 2, (of_intercept, of_slope), (of_slope,) * 2)]
        for power in range(3):
            blocks[power] += self._of_skills(diags_array(complete @ self.nodes**power))
        blocks[0][np.diag_indices(counts.n_skills)] += self.pseudo * expit(intercept) * expit(-intercept)
        return blocks[0], blocks[1], blocks[2]

    def expected(self, slope: Floats, intercept: Floats) -> Floats:
        """Probability of success averaged over the posterior of the students who practised the skill, `(K,)`; NaN if none did.

        Responses that practise several skills count by share.
        """
        _, posterior = self.students(slope, intercept)
        successes = self.counts.by_share(((self.counts.trials_matrix.T @ posterior) * self.p(slope, intercept)).sum(axis=1))
        trials = self.counts.skill_trials
        expected: Floats = np.divide(successes, trials, out=np.full(len(trials), np.nan), where=trials > 0)
        return expected

    def _logit(self, slope: Floats, intercept: Floats) -> Floats:
        of_all = self.counts.mean_over_skills
        return of_all(slope)[:, None] * self.nodes + of_all(intercept)[:, None]  # (I, G)

    def _of_skills(self, matrix: Any) -> Floats:
        """From sums between skills and combinations those between skills, `(I, I)` sparse -> `(K, K)`."""
        of_skills: Floats = (self.counts.share.T @ matrix @ self.counts.share).toarray()
        return of_skills

    def _cells(self, values: Floats) -> csr_array:
        shape = self.counts.trials_matrix
        return csr_array((values, shape.indices, shape.indptr), shape=shape.shape)


def _tell_apart(counts: Counts) -> None:
    """Refuse skills whose parameters no response can tell apart.

    Raises:
        UserError: Some skills occur only together, in combinations that leave their own difficulties open.
    """
    if counts.share.shape[0] == counts.n_skills:
        return
    practised = np.unique(counts.skill)
    gram = (counts.share[practised].T @ counts.share[practised]).toarray()  # (K, K)
    values, vectors = np.linalg.eigh(gram)
    unseen = gram.diagonal() == 0
    open_directions = vectors[:, values < 1e-9][~unseen]  # of the skills that are practised
    mixed = np.flatnonzero(~unseen)[np.abs(open_directions).max(axis=1, initial=0.0) > 1e-6]
    if len(mixed):
        raise UserError(
            f"the skills {', '.join(map(str, mixed[:8]))} occur only together, so their difficulties cannot be told apart; "
            "give them one common skill in the response log"
        )
