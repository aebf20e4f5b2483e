"""Keys that every torch family shares in its block of params.yaml. Imports nothing heavy."""

from typing import Literal

from pydantic import Field

from glasskt.models.family import FamilySettings


class NeuralSettings(FamilySettings):
    """How a network is fitted, whatever the network."""

    epochs: int = Field(default=6, ge=1)
    learning_rate: float = Field(default=5e-3, gt=0)
    learning_rate_schedule: Literal["one_cycle", "constant"] = "one_cycle"
    weight_decay: float = Field(default=1e-4, ge=0)
    clip: float = Field(default=1.0, gt=0)
    """Largest norm of the gradient."""
    tokens_per_batch: int = Field(default=2048, ge=1)
    """Positions in a batch, padding included."""
    select: Literal["valid_auc", "valid_log_loss", "valid_total", "last"] = "valid_auc"
    """The epoch to keep: best area under the curve or log loss of the judged path, best weighted total of the loss, or the last one."""

    @property
    def select_from(self) -> float:
        """Share of the run before which no epoch may be selected."""
        return 0.0
