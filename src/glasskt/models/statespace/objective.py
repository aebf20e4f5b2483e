"""What the state space minimises: l_bce of its one path, and a prior on what skills give to each other."""

from typing import Self, cast

from torch import Tensor

from glasskt.models.parts.l_bce import l_bce
from glasskt.models.parts.output import Output
from glasskt.models.statespace.network import StateOutput
from glasskt.models.statespace.settings import Settings
from glasskt.training.objective import TensorBatch


class Losses:
    """L = l_bce + l_transfer, the latter minus the log of a normal prior, M[k, j] ~ N(0, s^2), per response learned from.

    Satisfies `training.objective.Objective`.
    """

    def __init__(self, settings: Settings, n_responses: int) -> None:
        """`n_responses`: of the training students."""
        self.precision = 1 / (settings.transfer_sd**2 * n_responses)
        self.transfers = settings.transfers

    def terms(self, output: Output, batch: TensorBatch) -> dict[str, Tensor]:
        """l_bce, and l_transfer where there is a matrix M; nats."""
        terms = {"l_bce": l_bce(output.logit_before, batch.response, batch.valid)}
        matrix = cast(StateOutput, output).transfer  # (C, C)
        return terms if matrix is None else terms | {"l_transfer": self.precision * 0.5 * (matrix**2).sum()}

    def weights(self, share: float) -> dict[str, float]:
        """1 each."""
        return {"l_bce": 1.0} | ({"l_transfer": 1.0} if self.transfers else {})

    def schedule(self, share: float) -> dict[str, float]:
        """Nothing is scheduled."""
        return {}

    def calibrated(self, magnitudes: dict[str, float]) -> Self:
        """Itself: the weights are those of the posterior."""
        return self
