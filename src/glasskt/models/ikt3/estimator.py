"""iKT3 as an estimator."""

from collections.abc import Callable
from typing import cast

from torch import Tensor, nn

from glasskt.data.cohort import Combinations
from glasskt.models.family import Targets
from glasskt.models.ikt3.network import Network, network
from glasskt.models.ikt3.objective import Alignment
from glasskt.models.ikt3.reference import beta_irt
from glasskt.models.ikt3.settings import Settings
from glasskt.training.neural import NeuralEstimator

Made = tuple[Callable[[Settings, Targets], Targets], type[Alignment]]
"""Which targets are read, and the objective over them."""


def _sound() -> Made:
    return lambda settings, targets: targets, Alignment


def _as_found() -> Made:
    from glasskt.models.ikt3 import as_found  # no sound variant may load the faults

    return as_found.targets, as_found.AsFound


def estimator(settings: Settings, n_skills: int, combinations: Combinations = ()) -> NeuralEstimator:
    """The estimator of one variant."""
    read, objective = _as_found() if settings.as_found else _sound()

    def start_at_irt(module: nn.Module, targets: Targets) -> None:
        cast(Network, module).glass.start_at(beta_irt(read(settings, targets), n_skills).cpu())

    def start_at_zero(module: nn.Module, targets: Targets) -> None:
        """The network is built with beta = 0."""

    def beta(module: nn.Module) -> Tensor:
        return cast(Network, module).glass.difficulty.weight  # (C, 1)

    return NeuralEstimator(
        settings=settings,
        network=lambda: network(settings, n_skills, combinations),
        objective=lambda cohort, targets: objective(settings, cohort, read(settings, targets)),
        start={"irt": start_at_irt, "zero": start_at_zero}[settings.beta_init],
        groups=lambda module: {"beta": [cast(nn.Parameter, beta(module))]},
        learned=lambda module: {"beta": beta(module)},
    )
