"""The loss of deep knowledge tracing: the responses, nothing else."""

from typing import Self

from torch import Tensor

from glasskt.models.parts.l_bce import l_bce
from glasskt.models.parts.output import Output
from glasskt.training.objective import TensorBatch


class Responses:
    """L = l_bce; satisfies `training.objective.Objective`."""

    def terms(self, output: Output, batch: TensorBatch) -> dict[str, Tensor]:
        """l_bce of the judged path."""
        return {"l_bce": l_bce(output.logit_before, batch.response, batch.valid)}

    def weights(self, share: float) -> dict[str, float]:
        """One."""
        return {"l_bce": 1.0}

    def schedule(self, share: float) -> dict[str, float]:
        """Nothing is scheduled."""
        return {}

    def calibrated(self, magnitudes: dict[str, float]) -> Self:
        """Itself: there is one term."""
        return self
