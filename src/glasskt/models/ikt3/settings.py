"""Keys of a `variants.ikt3.<name>` block."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from glasskt.models.family import IrtFile
from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.training.settings import NeuralSettings

Form = Literal["mean", "direct", "standardized", "scale", "dynamic", "weighted"]
REFERENCE_FILE: dict[Form, IrtFile] = {
    "mean": "students",
    "direct": "students",
    "standardized": "students",
    "scale": "students",
    "dynamic": "theta",
    "weighted": "theta",
}


class Alignment(BaseModel):
    """l_23: which ability is the target, and how it is met."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Form = "dynamic"


class Lambda(BaseModel):
    """lambda: weight of the alignment against the prediction, and the share of the run in which it rises from 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target: float = Field(default=0.5, ge=0, le=1)
    warmup: float = Field(default=0.5, ge=0, le=1)
    l_21: float | None = Field(default=None, ge=0)
    """Weight of l_21 at the end of the warm-up, in place of `target`."""
    l_23: float | None = Field(default=None, ge=0)
    """Weight of l_23 at the end of the warm-up, in place of `target`."""


class AsFound(BaseModel):
    """The faults of note 003, each by itself; `models/ikt3/as_found.py` says what each does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unmasked: bool = False
    """Means over padded positions too; how far batches are padded is `pad_to`."""
    zero_filled: Literal["missing", "every"] | None = None
    """Target 0 for students who are missing from the file of targets, or for every student."""
    broken_scale: bool = False
    """Difficulties and abilities of the notes' calibration, which the guards refuse."""
    offset: bool = False
    """M_ref of the response before is compared with the mastery of this one."""


class Settings(NeuralSettings):
    """One variant of iKT3."""

    several_skills: ClassVar[bool] = True
    parameter_groups: ClassVar[tuple[str, ...]] = ("beta",)
    calibrates: ClassVar[bool] = True

    encoder: EncoderSettings = EncoderSettings()
    l_23: Alignment = Alignment()
    lambda_: Lambda = Field(default=Lambda(), alias="lambda")
    gamma: float = Field(default=0.1, ge=0)
    """With `calibrate_on`: l_21 and l_23 are each scaled to this share of l_bce, as they stand before anything is learned."""
    c: float = Field(default=0.01, ge=0)
    """Weight of l_22, at every lambda."""
    split: bool = False
    """True: p = sigmoid(theta_t + delta_t,k - beta_k), one path; False: a black-box head beside the glass head, as in the notes."""
    delta: bool = True
    """False, with `split`: p = sigmoid(theta_t - beta_k), the ablation."""
    beta_init: Literal["irt", "zero"] = "irt"
    as_found: AsFound | None = None
    """Faults to repeat; leave out for a sound variant."""
    select: Literal["valid_auc", "valid_log_loss", "valid_total", "last"] = "valid_total"

    @model_validator(mode="after")
    def _keys_fit_each_other(self) -> "Settings":
        if not self.delta and not self.split:
            raise ValueError("delta: false only with split: true; leave out, or set split: true")
        if self.as_found and self.l_23.form not in ("mean", "direct"):
            raise ValueError(f"as_found only with l_23 form mean or direct, the forms of note 003, not {self.l_23.form}")
        return self

    @property
    def select_from(self) -> float:
        """The end of the warm-up: totals at different lambda cannot be compared."""
        return self.lambda_.warmup

    @property
    def irt_files(self) -> tuple[IrtFile, ...]:
        """Difficulties always, and the static or the dynamic ability as the form of l_23 asks; those of the notes with their scale."""
        if self.as_found and self.as_found.broken_scale:
            return ("as_found_items", "as_found_students")
        return ("items", REFERENCE_FILE[self.l_23.form])
