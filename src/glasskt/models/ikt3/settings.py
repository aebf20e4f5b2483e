"""Keys of a `variants.ikt3.<name>` block."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from glasskt.models.family import IrtFile
from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.training.settings import NeuralSettings

REFERENCE_FILE: dict[str, IrtFile] = {"mean": "students", "direct": "students", "dynamic": "theta"}


class Alignment(BaseModel):
    """l_23: which ability is the target, and how it is met."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Literal["mean", "direct", "dynamic"] = "dynamic"


class Lambda(BaseModel):
    """lambda: weight of the alignment against the prediction, and the share of the run in which it rises from 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: float = Field(default=0.5, ge=0, le=1)
    warmup: float = Field(default=0.5, ge=0, le=1)


class Settings(NeuralSettings):
    """One variant of iKT3."""

    encoder: EncoderSettings = EncoderSettings()
    l_23: Alignment = Alignment()
    lambda_: Lambda = Field(default=Lambda(), alias="lambda")
    c: float = Field(default=0.01, ge=0)
    """Weight of l_22, at every lambda."""
    split: bool = False
    """True: p = sigmoid(theta_t + delta_t,k - beta_k), one path; False: a black-box head beside the glass head, as in the notes."""
    beta_init: Literal["irt", "zero"] = "irt"
    select: Literal["valid_auc", "valid_log_loss", "valid_total", "last"] = "valid_total"

    @property
    def select_from(self) -> float:
        """The end of the warm-up: totals at different lambda cannot be compared."""
        return self.lambda_.warmup

    @property
    def irt_files(self) -> tuple[IrtFile, ...]:
        """Difficulties always; the static or the dynamic ability as the form of l_23 asks."""
        return ("items", REFERENCE_FILE[self.l_23.form])
