"""iKT3 as an estimator."""

from typing import cast

from torch import nn

from glasskt.models.family import Targets
from glasskt.models.ikt3.network import Network, network
from glasskt.models.ikt3.objective import Alignment
from glasskt.models.ikt3.reference import beta_irt
from glasskt.models.ikt3.settings import Settings
from glasskt.training.neural import NeuralEstimator


def estimator(settings: Settings, n_skills: int) -> NeuralEstimator:
    """The estimator of one variant."""

    def start_at_irt(module: nn.Module, targets: Targets) -> None:
        cast(Network, module).glass.start_at(beta_irt(targets, n_skills).cpu())

    def start_at_zero(module: nn.Module, targets: Targets) -> None:
        """The network is built with beta = 0."""

    return NeuralEstimator(
        settings=settings,
        network=lambda: network(settings, n_skills),
        objective=lambda cohort, targets: Alignment(settings, cohort, targets),
        start={"irt": start_at_irt, "zero": start_at_zero}[settings.beta_init],
    )
