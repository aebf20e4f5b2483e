"""GainAKT3Exp as an estimator: the common one, with a rate for every training student and the gains of all skills in the trace."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from torch import nn

from glasskt.data.cohort import Cohort, Combinations
from glasskt.models.family import Fitted, Targets, Trace
from glasskt.models.gainakt3.expected_rates import begin
from glasskt.models.gainakt3.network import Network
from glasskt.models.gainakt3.objective import Losses
from glasskt.models.gainakt3.settings import Settings
from glasskt.models.parts.mean_mastery import mean_mastery
from glasskt.models.parts.sampled_gains import sampled_gains
from glasskt.training.neural import NeuralEstimator

OF_STUDENT = "mastery.log_gamma_of_student"


@dataclass(frozen=True, kw_only=True)
class GainEstimator(NeuralEstimator):
    """`sized(S)` builds the network for S training students."""

    sized: Callable[[int], Network]

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
        """As `NeuralEstimator.fit`."""
        settings = cast(Settings, self.settings)
        inner = NeuralEstimator(
            settings=settings,
            network=lambda: self.sized(len(train.students)),
            objective=lambda cohort, targets: Losses(settings, train, trained=cohort is train),
            start=self.start,
            groups=self.groups,
            shared=self.shared,
            learned=self.learned,
        )
        return inner.fit(train, valid, targets, seed=seed, progress=progress, checkpoint_dir=checkpoint_dir)

    def trace(self, weights: dict[str, NDArray], cohort: Cohort) -> Trace:
        """As `NeuralEstimator.trace`, the mean mastery of all skills, and their gains for some students."""
        inner = self._fitted(weights)
        traced = inner.trace(weights, cohort)
        means = mean_mastery(inner.network, weights, cohort)
        return replace(
            traced, quantities=traced.quantities | {"mastery_all_before": means}, gains=sampled_gains(inner.network, weights, cohort)
        )

    def states(self, weights: dict[str, NDArray], cohort: Cohort) -> NDArray[np.float32] | None:
        """As `NeuralEstimator.states`: the value stream; None where nothing reads it."""
        return self._fitted(weights).states(weights, cohort)

    def _fitted(self, weights: dict[str, NDArray]) -> NeuralEstimator:
        """The estimator whose network has as many training students as the weights."""
        n_students = len(weights.get(OF_STUDENT, ()))
        return NeuralEstimator(settings=self.settings, network=lambda: self.sized(n_students), objective=self.objective, hidden=self.hidden)


def estimator(settings: Settings, n_skills: int, combinations: Combinations = ()) -> GainEstimator:
    """The estimator of one variant."""

    def sized(n_students: int) -> Network:
        return Network(settings, n_skills, combinations, n_students)

    return GainEstimator(
        settings=settings,
        network=lambda: sized(0),
        objective=lambda cohort, targets: Losses(settings, cohort),
        start=begin,
        groups=groups,
        shared=shared,
        learned=lambda network: cast(Network, network).mastery.learned(),
        sized=sized,
        hidden=lambda network, skill, response: cast(Network, network).states(skill, response),
    )


def groups(network: nn.Module) -> dict[str, Iterable[nn.Parameter]]:
    """projection: what makes gains; beta: learning rates of skills; mastery: the rest of the curve. A control has some of them empty."""
    network = cast(Network, network)
    beta = network.mastery.raw_beta
    return {
        "projection": list(network.gain.parameters()),
        "beta": [] if beta is None else [beta],
        "mastery": [parameter for parameter in network.mastery.parameters() if parameter is not beta],
    }


def shared(network: nn.Module) -> Iterable[nn.Parameter]:
    """The second encoder; where there is none, the curve."""
    network = cast(Network, network)
    return (network.mastery if network.encoder is None else network.encoder).parameters()
