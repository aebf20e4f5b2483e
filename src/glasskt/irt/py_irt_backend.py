"""The Rasch model by py-irt (Lalor and Rodriguez 2023): mean-field variational inference, as a second opinion on the marginal fit.

What is done for it, measured on ASSIST2015:

- Repeats are kept. Its readers hold one response per student and skill and would keep the last; the lists of observations hold all.
- It starts tight: difficulties at the logits of the success rates, their posterior sds at 0.05. From its own start (sd 1,000) 1,000
  epochs give a spread of difficulties more than three times too large.
- Difficulties are averaged over the last tenth of the epochs, which takes out most of the noise of a one-sample gradient.

What it does not estimate is the marginal likelihood's, with the distances between its difficulties held fixed: the location, so that the
population's mean ability is 0 (all difficulties are shifted alike), sigma (its prior sets it), standard errors (mean field understates
them) and the difficulty of a skill without both a success and a failure.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logit

from glasskt.errors import UserError
from glasskt.irt import rasch
from glasskt.irt.ascent import climb
from glasskt.irt.calibration import Calibration, Floats
from glasskt.irt.counts import Counts
from glasskt.irt.settings import PyIrtSettings

TIGHT_DIFFICULTY, TIGHT_ABILITY = 0.05, 0.5
"""Posterior standard deviations at the tight start, logits."""


def fit(counts: Counts, settings: PyIrtSettings) -> Calibration:
    """Fit twice: from the success rates, and from difficulties that are all alike, with another seed.

    The second start is nearer than that of the marginal fit: a learning rate that decays does not carry a difficulty across the scale.

    Raises:
        UserError: py-irt is not installed, or the responses are all correct, all wrong, absent, or practise several skills.
    """
    if counts.share.shape[0] > counts.n_skills:
        raise UserError("irt.static.backend: py-irt fits one skill per response, and these have several: choose backend: mml")
    likelihood = rasch.MarginalLikelihood(counts)
    near = likelihood.starts()[0][:-1]
    course = run(counts, near, settings, seed=settings.seed)
    second = run(counts, np.full_like(near, -logit(counts.base_rate)), settings, seed=settings.seed + 1)
    remaining = _Remaining(likelihood, course.averaged(settings.epochs))
    found = climb(remaining, remaining.starts()[0], max_iterations=200).parameters
    parameters = remaining.complete(found)
    return rasch.at(
        likelihood,
        np.r_[parameters[:-1], abs(parameters[-1])],
        second_start=-np.where(remaining.free, parameters[:-1], second.averaged(settings.epochs) + found[-1]),
        log_likelihood_change=None,
        iterations=settings.epochs,
        movement=float(course.movement(settings.epochs)[~remaining.free].max(initial=0.0)),
    )


@dataclass(frozen=True, kw_only=True)
class Course:
    """Where a run has been after 0 to E epochs, logits.

    Attributes:
        beta: Posterior means of the difficulties, `(E + 1, K)`.
        theta: After the epochs asked for: posterior means of the abilities, `(S,)`.
    """

    beta: Floats
    theta: Mapping[int, Floats]

    def movement(self, epochs: int) -> Floats:
        """How far each difficulty moved between the last two tenths of so many epochs, `(K,)`."""
        last, before = self._tenths(epochs)
        return np.abs(last - before)

    def averaged(self, epochs: int) -> Floats:
        """Difficulties over the last tenth of so many epochs, `(K,)`."""
        return self._tenths(epochs)[0]

    def _tenths(self, epochs: int) -> tuple[Floats, Floats]:
        tenth, so_far = max(epochs // 10, 1), self.beta[: epochs + 1]
        last: Floats = so_far[-tenth:].mean(axis=0)
        before: Floats = so_far[-2 * tenth : -tenth].mean(axis=0)
        return last, before


def run(counts: Counts, start: Floats, settings: PyIrtSettings, *, seed: int, theta_after: Sequence[int] = ()) -> Course:
    """Run py-irt for `settings.epochs` epochs. A shorter run of the same seed is the beginning of a longer one.

    Arguments:
        counts: The responses.
        start: Difficulties at the tight start, `(K,)`; py-irt's own start does not read them.
        settings: How it is run.
        seed: Of its random draws, in the place of the settings' own.
        theta_after: Epochs after which abilities are kept.

    Raises:
        UserError: py-irt is not installed.
    """
    torch, pyro, py_irt = _libraries()
    beta: list[Any] = []
    theta: dict[int, Floats] = {}

    def note() -> None:
        epochs = len(beta) - 1  # the trainer calls the guide once before it starts
        if epochs in theta_after:
            theta[epochs] = pyro.param("loc_ability").detach().double().numpy().copy()
        beta.append(pyro.param("loc_diff").detach().clone())

    class Recorded(py_irt.OneParamLog):  # type: ignore[misc, name-defined]
        """py-irt's model, which remembers where it was before each epoch."""

        def get_guide(self) -> Any:
            guide = super().get_guide()

            def recorded(models: Any, items: Any, obs: Any) -> None:
                guide(models, items, obs)
                note()

            return recorded

    class Tight(py_irt.IrtInitializer):  # type: ignore[misc, name-defined]
        """Difficulties at `start`, sure of them."""

        def initialize(self) -> None:
            store = pyro.get_param_store()
            store["loc_diff"] = torch.tensor(start, dtype=torch.float32)
            store["scale_diff"] = torch.full((counts.n_skills,), TIGHT_DIFFICULTY)
            store["scale_ability"] = torch.full((counts.n_students,), TIGHT_ABILITY)

    py_irt.register("tight")(Tight)
    pyro.set_rng_seed(seed)
    trainer = py_irt.IrtModelTrainer(
        data_path=None,
        config=py_irt.IrtConfig(
            model_type=Recorded,
            priors=settings.priors,
            initializers=["tight"] if settings.start == "tight" else [],
            lr=settings.learning_rate,
            lr_decay=settings.decay,
        ),
        dataset=_dataset(py_irt, counts),
        verbose=False,
    )
    trainer.train(epochs=settings.epochs, device="cpu")
    note()
    pyro.clear_param_store()
    return Course(beta=torch.stack(beta[1:]).double().numpy(), theta=theta)


def _dataset(py_irt: Any, counts: Counts) -> Any:
    """Every response as an observation of its own, `(N,)`."""
    each = np.r_[counts.successes, counts.trials - counts.successes].astype(np.int64)
    cells, observations = np.tile(np.arange(len(counts.trials)), 2), np.repeat([1.0, 0.0], len(counts.trials))
    students, skills = ({str(index): index for index in range(size)} for size in (counts.n_students, counts.n_skills))
    return py_irt.Dataset(
        item_ids=set(skills),
        subject_ids=set(students),
        item_id_to_ix=skills,
        ix_to_item_id={index: name for name, index in skills.items()},
        subject_id_to_ix=students,
        ix_to_subject_id={index: name for name, index in students.items()},
        observation_subjects=counts.student[np.repeat(cells, each)].tolist(),
        observation_items=counts.skill[np.repeat(cells, each)].tolist(),
        observations=np.repeat(observations, each).tolist(),
        training_example=[True] * int(each.sum()),
    )


class _Remaining:
    """The marginal likelihood of the F difficulties that have no finite estimate, of sigma, and of a shift of all other difficulties."""

    def __init__(self, likelihood: rasch.MarginalLikelihood, held: Floats) -> None:
        self.likelihood, self.held = likelihood, held
        self.free = likelihood.marginal.pseudo > 0  # (K,)

    def complete(self, parameters: Floats) -> Floats:
        """beta and sigma, `(K + 1,)`, from `(F + 2,)`."""
        beta = self.held + parameters[-1]
        beta[self.free] = parameters[:-2]
        complete: Floats = np.r_[beta, parameters[-2]]
        return complete

    def starts(self) -> tuple[Floats, Floats]:
        near, far = (np.r_[start[:-1][self.free], start[-1], 0.0] for start in self.likelihood.starts())
        return near, far

    def scale(self) -> Floats:
        scale = self.likelihood.scale()
        together = 1 / np.sqrt((scale[:-1][~self.free] ** -2).sum())
        remaining: Floats = np.r_[scale[:-1][self.free], scale[-1], together]
        return remaining

    def bounds(self) -> list[tuple[float | None, float | None]]:
        return [(None, None)] * int(self.free.sum() + 2)

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        value, gradient = self.likelihood.value_and_gradient(self.complete(parameters))
        return value, np.r_[gradient[:-1][self.free], gradient[-1], gradient[:-1][~self.free].sum()]


@dataclass(frozen=True)
class _PyIrt:
    """The parts of py-irt that are used here."""

    OneParamLog: Any
    IrtInitializer: Any
    register: Any
    IrtConfig: Any
    IrtModelTrainer: Any
    Dataset: Any


def _libraries() -> tuple[Any, Any, _PyIrt]:
    """torch, pyro and py-irt, imported only where the backend is asked for: they take seconds."""
    try:
        import pyro
        import torch
        from py_irt import anchor_utils
        from py_irt.config import IrtConfig
        from py_irt.dataset import Dataset
        from py_irt.initializers import IrtInitializer, register
        from py_irt.models.one_param_logistic import OneParamLog
        from py_irt.training import IrtModelTrainer
    except ImportError as error:
        running = ".".join(map(str, sys.version_info[:2]))
        raise UserError(
            f"irt.static.backend: py-irt cannot be imported ({error}); it is installed with glasskt on Python below 3.12, "
            f"and this is {running}: use Python 3.11, or backend: mml"
        ) from None
    anchor_utils.console.quiet = True  # it announces on stdout that there are no anchor items
    return torch, pyro, _PyIrt(OneParamLog, IrtInitializer, register, IrtConfig, IrtModelTrainer, Dataset)
