"""A reference predictor as an estimator: one pass, no epochs, no seed."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort, Combinations
from glasskt.models.family import Fitted, Targets, Trace
from glasskt.models.parts.one_pass import refuse_what_teaches_nothing, scores
from glasskt.models.reference.settings import Settings

Weights = dict[str, NDArray]


class Predictor(Protocol):
    """What a module of this folder offers that is named like a predictor.

    One whose weights are not plain numbers also offers `parameters(weights)`, how many numbers it learned.
    """

    def learn(self, train: Cohort, targets: Targets, settings: Settings) -> Weights:
        """Named arrays that hold all that was learned."""

    def quantities(self, weights: Weights, cohort: Cohort) -> dict[str, NDArray[np.float64]]:
        """Columns of trajectories.parquet, `(N,)` each; *before* uses earlier responses only."""


class ReferenceEstimator:
    """One variant of the family; satisfies `models.family.Estimator`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.predictor: Predictor = importlib.import_module(f"glasskt.models.reference.{settings.predictor}")  # type: ignore[assignment]

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
        weights = self.predictor.learn(train, targets, self.settings)
        (_, train_log_loss), (valid_auc, valid_log_loss) = self._scores(weights, train), self._scores(weights, valid)
        progress(f"{self.settings.predictor}  train log loss {train_log_loss:.4f}  valid AUC {valid_auc:.4f}")
        found = {"train_log_loss": train_log_loss, "valid_log_loss": valid_log_loss, "valid_auc": valid_auc}
        scalars = {name: float(value) for name, value in weights.items() if value.ndim == 0}
        parameters = getattr(self.predictor, "parameters", _numbers)(weights)
        return Fitted(
            weights=weights,
            history=pd.DataFrame([{"epoch": 1, **found}]),
            facts={"selected_epoch": 1, "parameters": parameters, **found, **scalars},
        )

    def trace(self, weights: Weights, cohort: Cohort) -> Trace:
        """Every quantity of the predictor for every response of `cohort`."""
        return Trace(quantities=dict(self.predictor.quantities(weights, cohort)))

    def states(self, weights: Weights, cohort: Cohort) -> None:
        """Nothing is hidden."""

    def _scores(self, weights: Weights, cohort: Cohort) -> tuple[float, float]:
        return scores(cohort, self.predictor.quantities(weights, cohort)["p_before"])


def _numbers(weights: Weights) -> int:
    return sum(value.size for value in weights.values())


def estimator(settings: Settings, n_skills: int, combinations: Combinations = ()) -> ReferenceEstimator:
    """The estimator of one variant."""
    return ReferenceEstimator(settings)
