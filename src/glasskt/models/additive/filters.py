"""What filters of item response theory believe before a response, as features beside those of the history.

The exact filter of one drifting ability rises: a right answer multiplies the belief by an increasing function of theta, and neither the
random walk nor any later response undoes an order of likelihood ratios, so that its mean and its probability of
success can only be higher. The two-level filter does not: its deviations of skills share what one answer says, and its Gaussian belief is
an approximation. A standard deviation has no direction in any filter.

Source: Karlin 1968, Total Positivity (kernels that keep the order of likelihood ratios; the normal one does).
"""

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.irt import ability_filter, drift, two_level, two_level_filter
from glasskt.irt.difficulties import difficulties, discriminations, refuse_discriminations
from glasskt.models.family import Targets
from glasskt.models.parts.combinations import as_skills, item_parameters

Floats = NDArray[np.float64]
Weights = dict[str, NDArray]

SCALARS = ("sigma", "tau", "drift_general", "drift_skill")


def learn(train: Cohort, targets: Targets, names: tuple[str, ...]) -> Weights:
    """What the filters that `names` need have to know; names of arrays begin with `filter_` and `two_level_`.

    Raises:
        UserError: The outputs of fit-irt were not given; features of the two-level filter on a two-parameter fit.
    """
    if targets.items is None or targets.irt_fit is None:
        raise UserError("family additive needs the static fit: pass --items and --irt-fit, the outputs of fit-irt")
    a = discriminations(targets.items, train.n_skills)
    if TWO_LEVEL.keys() & set(names):
        refuse_discriminations(a)
    beta, a = item_parameters(train, difficulties(targets.items, train.n_skills), a)
    train, sigma = as_skills(train), float(targets.irt_fit["sigma"])
    weights: Weights = {}
    if ONE_LEVEL.keys() & set(names):
        variance = drift.learn(two_level.sample(train), beta, sigma, a).variance
        weights |= {"filter_beta": beta, "filter_discrimination": a, "filter_sigma": np.array(sigma), "filter_drift": np.array(variance)}
    if TWO_LEVEL.keys() & set(names):
        learned = two_level.learn(train, beta, sigma).parameters
        weights |= {"two_level_beta": learned.beta, "two_level_learning": learned.learning}
        weights |= {f"two_level_{name}": np.array(getattr(learned, name)) for name in SCALARS}
    return weights


class Filters:
    """The filters along a cohort of N responses, combinations as skills, each run when first asked for."""

    def __init__(self, weights: Weights, cohort: Cohort) -> None:
        self._weights, self._cohort = weights, cohort

    @cached_property
    def one_level(self) -> ability_filter.Filtered:
        """The exact filter of one drifting ability."""
        beta, a = self._weights["filter_beta"], self._weights["filter_discrimination"]
        sigma, variance = float(self._weights["filter_sigma"]), float(self._weights["filter_drift"])
        return ability_filter.track(self._cohort, beta, sigma, variance, a)

    @cached_property
    def two_level(self) -> two_level_filter.TwoLevel:
        """The filter of a general ability and the practised skills."""
        beta, learning = self._weights["two_level_beta"], self._weights["two_level_learning"]
        scalars = {name: float(self._weights[f"two_level_{name}"]) for name in SCALARS}
        return two_level_filter.track(self._cohort, two_level_filter.Parameters(beta=beta, learning=learning, **scalars))

    def __getitem__(self, name: str) -> Floats:
        """A feature of `ONE_LEVEL` or `TWO_LEVEL` by its name, `(N,)`."""
        return (ONE_LEVEL | TWO_LEVEL)[name].values(self)

    @property
    def _deviation(self) -> Floats:
        tracked, beta = self.two_level, self._weights["two_level_beta"][self._cohort.skill]
        deviation: Floats = tracked.level_before - tracked.general_before + beta
        return deviation


class State(NamedTuple):
    """One feature: what it is, and its values, `(N,)`."""

    meaning: str
    values: Callable[[Filters], Floats]


ONE_LEVEL = {
    "theta": State("ability: mean of the drifting filter", lambda f: f.one_level.theta_before),
    "theta_logit": State("log-odds of a right answer to this skill, by the drifting filter", lambda f: logit(f.one_level.p_before)),
}
"""Features that rise."""
TWO_LEVEL = {
    "general": State("general ability: mean of the two-level filter", lambda f: f.two_level.general_before),
    "general_sd": State("its standard deviation", lambda f: f.two_level.general_before_sd),
    "deviation": State("what the student can do at this skill beyond general ability, by the same filter", lambda f: f._deviation),
    "level": State("general ability and deviation less the difficulty", lambda f: f.two_level.level_before),
    "level_sd": State("its standard deviation", lambda f: f.two_level.level_before_sd),
    "level_logit": State("log-odds of a right answer to this skill, by the same filter", lambda f: logit(f.two_level.p_before)),
}
"""Features without a direction."""
