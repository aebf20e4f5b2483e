"""What a model family is: a folder with `settings.py` and `estimator.py`, found by name and imported alone."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from glasskt.data.cohort import Cohort, Combinations
from glasskt.errors import UserError, did_you_mean

IrtFile = Literal["items", "students", "theta", "irt_fit", "as_found_items", "as_found_students"]


class FamilySettings(BaseModel):
    """Base of every family's `Settings`: the keys of one variant's block in params.yaml; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    deterministic: ClassVar[bool] = False
    """True where the fit ignores the seed: a study then runs its first seed only."""

    several_skills: ClassVar[bool] = False
    """True where a response may practise several skills."""

    control_of: str | None = None
    """`family.name` of the variant that this one is the control of."""

    null_of: str | None = None
    """`family.name` of the variant that this one is the untrained network of: the null of what is read from hidden states."""

    half: Literal[0, 1, 2] = 0
    """Learn from this half of the training students, split at random by a fixed seed, from initial weights of its own: two halves share
    neither students nor chance. 0: from all students."""

    @property
    def irt_files(self) -> tuple[IrtFile, ...]:
        """The outputs of fit-irt, track-ability and fit-as-found that `fit` reads; a run depends on these and no others."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Targets:
    """The targets that a family asked for through `irt_files`; None where it did not ask.

    Attributes:
        items: skill, beta, se, n_responses; one row per skill.
        students: student, theta, sd, role, n_responses; one row per student.
        theta: student, step, theta_before, theta_before_sd, theta_after, theta_after_sd, p_before; one row per response. Its smoothed
            columns know the future and are no targets of a causal model.
        irt_fit: fit.json of the static fit (sigma and facts).
        as_found_items: skill, beta of the notes' calibration, which the guards refuse; no sound model asks for it.
        as_found_students: student, theta of the same; training students only.
    """

    items: pd.DataFrame | None = None
    students: pd.DataFrame | None = None
    theta: pd.DataFrame | None = None
    irt_fit: dict[str, Any] | None = None
    as_found_items: pd.DataFrame | None = None
    as_found_students: pd.DataFrame | None = None


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A trained model.

    Attributes:
        weights: Named arrays, what model.safetensors holds and all that `trace` needs beside the settings.
        history: One row per epoch: epoch, learning curves, `valid_auc`; what history.csv holds.
        facts: JSON-ready: `selected_epoch`, `parameters`, `valid_auc`, `lambda` where there is one; no times: equal runs give equal bytes.
    """

    weights: dict[str, NDArray]
    history: pd.DataFrame
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What a model says along a cohort.

    Attributes:
        quantities: Columns of trajectories.parquet by name, `(N,)` each; one that the family lacks is absent. `p_before` is required.
        gains: student, step, skill, gain for all C skills of sampled students; None where the family has no gains.
    """

    quantities: dict[str, NDArray]
    gains: pd.DataFrame | None = field(default=None)


class Estimator(Protocol):
    """One variant of one family, ready to fit."""

    def fit(
        self,
        train: Cohort,
        valid: Cohort,
        targets: Targets,
        *,
        seed: int,
        progress: Callable[[str], None],
        checkpoint_dir: Path | None = None,
    ) -> Fitted:
        """Learn from `train`, select on `valid`; the same seed and thread count give the same bits.

        A fit that takes long keeps its state in the folder `checkpoint_dir` and goes on from what it finds there, which must be its own.
        """

    def trace(self, weights: dict[str, NDArray], cohort: Cohort) -> Trace:
        """Every quantity of the family for every response of `cohort`; *before* uses earlier responses only."""

    def states(self, weights: dict[str, NDArray], cohort: Cohort) -> NDArray | None:
        """Hidden state before each response, `(N, D)`, for probes to read; None where the family has no hidden state."""


FOLDER = Path(__file__).parent


@cache
def families() -> tuple[str, ...]:
    """Names of all families, found by their folders."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/settings.py")))


def settings_class(family: str) -> type[FamilySettings]:
    """The pydantic model of a family's variants; imports nothing heavy.

    Raises:
        UserError: No such family.
    """
    if family not in families():
        raise UserError(f"no model family {family!r}. {did_you_mean(family, families())}")
    loaded: type[FamilySettings] = importlib.import_module(f"glasskt.models.{family}.settings").Settings
    return loaded


def load_estimator(family: str, settings: FamilySettings, n_skills: int, combinations: Combinations = ()) -> Estimator:
    """The family's estimator for one variant; imports that family and no other.

    Raises:
        UserError: The data set has responses to several skills, and the family follows one.
    """
    if combinations and not settings.several_skills:
        raise UserError(f"{family}: a response of this data set practises several skills, and this family follows one skill per response")
    build = importlib.import_module(f"glasskt.models.{family}.estimator").estimator
    estimator: Estimator = build(settings, n_skills, combinations) if settings.several_skills else build(settings, n_skills)
    return estimator
