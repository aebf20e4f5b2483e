"""GainAKT2Exp as an estimator: the common one, with the gains of all skills in the trace."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

from numpy.typing import NDArray
from torch import Tensor, nn

from glasskt.data.cohort import Cohort, Combinations
from glasskt.models.family import Trace
from glasskt.models.gainakt2.network import Network
from glasskt.models.gainakt2.objective import Losses
from glasskt.models.gainakt2.settings import Settings
from glasskt.models.parts.mean_mastery import mean_mastery
from glasskt.models.parts.sampled_gains import sampled_gains
from glasskt.training.neural import NeuralEstimator


@dataclass(frozen=True, kw_only=True)
class GainEstimator(NeuralEstimator):
    """Traces gains too."""

    def trace(self, weights: dict[str, NDArray], cohort: Cohort) -> Trace:
        """As `NeuralEstimator.trace`, the mean mastery of all skills, and their gains for some students."""
        traced = super().trace(weights, cohort)
        means = mean_mastery(self.network, weights, cohort)
        return replace(
            traced, quantities=traced.quantities | {"mastery_all_before": means}, gains=sampled_gains(self.network, weights, cohort)
        )


def estimator(settings: Settings, n_skills: int, combinations: Combinations = ()) -> GainEstimator:
    """The estimator of one variant."""
    return GainEstimator(
        settings=settings,
        network=lambda: Network(settings, n_skills, combinations),
        objective=lambda cohort, targets: Losses(settings),
        groups=groups,
        shared=lambda network: cast(Network, network).gains.parameters(),
        hidden=hidden,
    )


def groups(network: nn.Module) -> dict[str, Iterable[nn.Parameter]]:
    """gains: what makes gains, the encoder included."""
    return {"gains": list(cast(Network, network).gains.parameters())}


def hidden(network: nn.Module, skill: Tensor, response: Tensor) -> Tensor:
    """The context that the head predicts from."""
    module = cast(Network, network)
    context: Tensor = module.gains(skill, response, module.members[skill]).context
    return context
