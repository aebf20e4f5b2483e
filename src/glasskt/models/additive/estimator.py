"""The additive model as an estimator: one convex fit, no epochs, no seed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit

from glasskt.data.cohort import Cohort, Combinations
from glasskt.models.additive import curriculum, filters, fit
from glasskt.models.additive.inputs import DIRECTIONS, Inputs, names_of
from glasskt.models.additive.settings import Settings
from glasskt.models.additive.terms import terms
from glasskt.models.family import Fitted, Targets, Trace
from glasskt.models.parts.combinations import as_skills
from glasskt.models.parts.one_pass import refuse_what_teaches_nothing, scores

Floats = NDArray[np.float64]
Weights = dict[str, NDArray]


class AdditiveEstimator:
    """One variant of the family; satisfies `models.family.Estimator`.

    A combination of skills is a skill of its own: of a data set with such responses, C counts them too.

    Weights, by name: `intercept` `(C,)`; for each feature `slope_NAME` `(C,)`, in logits per `scale_NAME`, with `centre_NAME`; `curriculum`
    `(C, C)`, zero on its diagonal; and what the filters learned, `filter_*` and `two_level_*`.

    Raises:
        UserError: The variant names features that there are not, or that it may not have.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings, self.names = settings, names_of(settings)

    def fit(
        self,
        train: Cohort,
        valid: Cohort,
        targets: Targets,
        *,
        seed: int,
        progress: Callable[[str], None],
        checkpoint_dir: Path | None = None,
    ) -> Fitted:
        """Learn from `train`; `valid` is scored, nothing is selected on it.

        Raises:
            UserError: A cohort is empty, the training responses are all equal, or a target is missing.
        """
        refuse_what_teaches_nothing(train, valid)
        weights = filters.learn(train, targets, self.names)
        train, valid = as_skills(train), as_skills(valid)
        x, standards = self._standardised(weights, train)
        signs = [DIRECTIONS[name] if self.settings.monotone else 0 for name in self.names]
        learned = fit.learn(train, x, signs, slope_sd=self.settings.slope_sd, curriculum_sd=self.settings.curriculum_sd)
        slopes = {f"slope_{name}": slope.copy() for name, slope in zip(self.names, learned.slope, strict=True)}
        matrix = {"curriculum": learned.curriculum} if self.settings.curriculum_sd else {}
        weights |= {"intercept": learned.intercept, **slopes, **standards, **matrix}
        (_, train_log_loss), (valid_auc, valid_log_loss) = (scores(one, self._p_before(weights, one)) for one in (train, valid))
        progress(f"additive, {len(self.names)} features  train log loss {train_log_loss:.4f}  valid AUC {valid_auc:.4f}")
        found = {"train_log_loss": train_log_loss, "valid_log_loss": valid_log_loss, "valid_auc": valid_auc}
        return Fitted(
            weights=weights,
            history=pd.DataFrame([{"epoch": 1, **found}]),
            facts={"selected_epoch": 1, "parameters": _learned_numbers(weights), "features": list(self.names), **found},
        )

    def trace(self, weights: Weights, cohort: Cohort) -> Trace:
        """p_before, and the ability of the drifting filter where the variant reads it."""
        cohort = as_skills(cohort)
        quantities = {"p_before": self._p_before(weights, cohort)}
        if filters.ONE_LEVEL.keys() & set(self.names):
            tracked = filters.Filters(weights, cohort).one_level
            quantities |= {"theta_before": tracked.theta_before, "theta_after": tracked.theta_after}
        return Trace(quantities=quantities)

    def states(self, weights: Weights, cohort: Cohort) -> None:
        """Nothing is hidden."""

    def terms(self, weights: Weights, cohort: Cohort) -> dict[str, Floats]:
        """The terms of every prediction by name, `(N,)` each, in logits; they sum to the logit of p_before.

        They are `skill` (the intercept of the asked skill), one by the name of each feature, and `curriculum`: which skills were practised
        before, that is which class and book the student is in, not what practice of one skill did to another.
        """
        return dict(terms(weights, self.names, as_skills(cohort)))

    def curriculum(self, weights: Weights, cohort: Cohort) -> csr_array:
        """What each skill practised before adds to each prediction, `(N, C)`: rows sum to the term `curriculum`.

        Raises:
            KeyError: The variant has no curriculum matrix.
        """
        return curriculum.offsets(weights["curriculum"], as_skills(cohort))

    def _p_before(self, weights: Weights, cohort: Cohort) -> Floats:
        logit = np.zeros(len(cohort))
        for _, values in terms(weights, self.names, cohort):
            logit += values
        p: Floats = expit(logit)
        return p

    def _standardised(self, weights: Weights, train: Cohort) -> tuple[NDArray[np.float32], dict[str, NDArray]]:
        """The features in standard deviations, `(F, N)`, and the mean and standard deviation of each."""
        x, inputs = np.empty((len(self.names), len(train)), np.float32), Inputs(weights, train)
        standards: dict[str, NDArray] = {}
        for row, name in zip(x, self.names, strict=True):
            values = inputs[name]
            centre, scale = values.mean(), values.std() or 1.0  # what never varies has a term of 0
            row[:] = (values - centre) / scale
            standards |= {f"centre_{name}": np.array(centre), f"scale_{name}": np.array(scale)}
        return x, standards


def _learned_numbers(weights: Weights) -> int:
    return sum(value.size for name, value in weights.items() if not name.startswith(("centre_", "scale_")))


def estimator(settings: Settings, n_skills: int, combinations: Combinations = ()) -> AdditiveEstimator:
    """The estimator of one variant."""
    return AdditiveEstimator(settings)
