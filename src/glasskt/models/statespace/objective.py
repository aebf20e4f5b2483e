"""What the state space minimises: l_bce of its one path."""

from typing import Self

from torch import Tensor

from glasskt.models.parts.l_bce import l_bce
from glasskt.models.parts.output import Output
from glasskt.training.objective import TensorBatch


class Responses:
    """The loss; satisfies `training.objective.Objective`."""

    def terms(self, output: Output, batch: TensorBatch) -> dict[str, Tensor]:
        """`l_bce`."""
        return {"l_bce": l_bce(output.logit_before, batch.response, batch.valid)}

    def weights(self, share: float) -> dict[str, float]:
        """1."""
        return {"l_bce": 1.0}

    def schedule(self, share: float) -> dict[str, float]:
        """Nothing is scheduled."""
        return {}

    def calibrated(self, magnitudes: dict[str, float]) -> Self:
        """Itself."""
        return self
