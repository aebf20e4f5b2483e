"""Keys that every torch family shares in its block of params.yaml. Imports nothing heavy."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from glasskt.errors import did_you_mean
from glasskt.models.family import FamilySettings


class NeuralSettings(FamilySettings):
    """How a network is fitted, whatever the network."""

    parameter_groups: ClassVar[tuple[str, ...]] = ()
    """Names that `learning_rates` may hold: the groups that the family's estimator makes."""

    calibrates: ClassVar[bool] = False
    """True where the family's weights can follow the magnitudes of its terms."""

    epochs: int = Field(default=6, ge=1)
    learning_rate: float = Field(default=5e-3, ge=0)
    """0 leaves the network as it was built: an untrained one, for nulls."""
    learning_rates: dict[str, Annotated[float, Field(ge=0)]] = Field(default={})
    """Factor on `learning_rate` by group of parameters; a group that is not named has 1, and 0 holds a group where it began."""
    learning_rate_schedule: Literal["one_cycle", "constant"] = "one_cycle"
    weight_decay: float = Field(default=1e-4, ge=0)
    clip: float = Field(default=1.0, gt=0)
    """Largest norm of the gradient."""
    tokens_per_batch: int = Field(default=2048, ge=1)
    """Positions in a batch, padding included."""
    pad_to: int = Field(default=0, ge=0)
    """Least number of positions that a sequence is padded to. A masked loss gains nothing by it; sequences below it are not sorted by
    length."""
    select: Literal["valid_auc", "valid_log_loss", "valid_total", "last"] = "valid_auc"
    """The epoch to keep: best area under the curve or log loss of the judged path, best weighted total of the loss, or the last one."""
    patience: int | None = Field(default=None, ge=1)
    """Epochs without a better one, counted after `select_from`, that end the run; null lets it run to its end."""
    calibrate_on: int = Field(default=0, ge=0)
    """Training batches on which the initial network measures every term, for weights that follow magnitudes; 0 leaves weights alone."""
    gradient_batches: int = Field(default=4, ge=0)
    """Batches an epoch, spread evenly, on which the gradient of every term is measured; 0 measures none."""

    @field_validator("learning_rates")
    @classmethod
    def _known_groups(cls, rates: dict[str, float]) -> dict[str, float]:
        for name in rates:
            if name not in cls.parameter_groups:
                known = did_you_mean(name, cls.parameter_groups) if cls.parameter_groups else "This family has none; leave the key out"
                raise ValueError(f"no group of parameters {name!r}. {known}")
        return rates

    @field_validator("calibrate_on")
    @classmethod
    def _can_calibrate(cls, batches: int) -> int:
        if batches and not cls.calibrates:
            raise ValueError("this family takes its weights as they are given; leave the key out")
        return batches

    @property
    def select_from(self) -> float:
        """Share of the run before which no epoch may be selected."""
        return 0.0
