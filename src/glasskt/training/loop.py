"""The loop: epochs over length-bucketed batches, a history row each, the best epoch kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from glasskt.data.batches import batches, buckets
from glasskt.data.cohort import Cohort
from glasskt.training import checkpoints, gradients
from glasskt.training.finite import refuse_broken_gradient, refuse_broken_terms
from glasskt.training.history import accounts, line, schedules, spread
from glasskt.training.judge import judge
from glasskt.training.meter import Meter
from glasskt.training.objective import Objective, TensorBatch, named_values, weighted_total
from glasskt.training.optimizer import adamw, rates
from glasskt.training.settings import NeuralSettings
from glasskt.training.state import Best, Row, State

LARGER_IS_BETTER: dict[str, Callable[[Row], float]] = {
    "valid_auc": lambda row: float(row["valid_auc"]),
    "valid_log_loss": lambda row: -float(row["valid_log_loss"]),
    "valid_total": lambda row: -float(row["valid_total"]),
    "last": lambda row: float(row["epoch"]),
}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is fitted.

    Attributes:
        network: Trained in place, on the device its parameters are on.
        groups: Parameters by the name of the group that may have a learning rate of its own.
        shared: Parameters on which the gradients of the terms are compared.
        learned: Quantities to follow from epoch to epoch.
    """

    network: nn.Module
    groups: dict[str, Iterable[nn.Parameter]]
    shared: list[nn.Parameter]
    learned: Callable[[nn.Module], dict[str, Tensor]]


def run(
    subject: Subject,
    train: tuple[Cohort, Objective],
    valid: tuple[Cohort, Objective],
    settings: NeuralSettings,
    *,
    seed: int,
    progress: Callable[[str], None],
    checkpoint_dir: Path | None = None,
) -> tuple[Best, pd.DataFrame]:
    """Minimise the training objective with AdamW; select by `settings.select` on validation.

    Arguments:
        subject: The network, and what is told of it.
        train: Cohort to learn from and its objective.
        valid: Cohort to select on and its objective.
        settings: Epochs, learning rates, batch size, selection, patience.
        seed: Order of the batches. Initial weights and dropout follow torch's own state.
        progress: Told one line an epoch.
        checkpoint_dir: Folder of this fit's checkpoints: it goes on after the last epoch that is there, to the same bits.

    Returns:
        The selected epoch, and the history, whose columns docs/reference.md lists.

    Raises:
        UserError: A term or a gradient is not finite.
    """
    steps = settings.epochs * len(buckets(train[0].lengths, settings.tokens_per_batch))
    optimizer = adamw(subject.network, subject.groups, settings)
    state = State(
        network=subject.network,
        optimizer=optimizer,
        rates=rates(optimizer, settings, steps),
        generator=np.random.default_rng(seed),
    )
    if checkpoint_dir:
        checkpoints.resume(checkpoint_dir, state, progress)
    while state.epoch < settings.epochs and not _out_of_patience(state, settings):
        learned = _learn(state, subject.shared, *train, settings)
        share = (state.epoch + 1) / settings.epochs
        judged = judge(subject.network, *valid, settings.tokens_per_batch, share)
        row = schedules(state, settings, train[1], share) | learned | spread(subject.learned(subject.network)) | judged
        _take(state, row, settings)
        progress(line(row, settings.epochs))
        if checkpoint_dir:
            checkpoints.keep(checkpoint_dir, state)
    assert state.best is not None  # select_from is a share, so the last epoch may always be selected
    return state.best, pd.DataFrame(state.history, dtype=float).astype({"epoch": int})


def _learn(state: State, shared: list[nn.Parameter], cohort: Cohort, objective: Objective, settings: NeuralSettings) -> Row:
    """One pass of training; what the history says of it."""
    state.network.train()
    meter = Meter()
    passes = list(batches(cohort, settings.tokens_per_batch, state.generator))
    measured = _spread_evenly(len(passes), settings.gradient_batches) if shared else set()
    for index, numpy_batch in enumerate(passes, start=1):
        place = f"epoch {state.epoch + 1}, batch {index}"
        batch = TensorBatch.of(numpy_batch, _device(state.network))
        terms = objective.terms(state.network(batch.skill, batch.response), batch)
        weights = objective.weights((state.epoch + index / len(passes)) / settings.epochs)
        total = weighted_total(terms, weights)
        values = named_values(terms | {"total": total})
        refuse_broken_terms(values, place, settings)
        pulls = gradients.measure({name: terms[name] for name in weights}, shared) if index in measured else {}
        _step(state, total, place, settings)
        weighted = {f"weighted_{name}": weight * values[name] for name, weight in weights.items()}
        meter.add({f"train_{name}": value for name, value in values.items()} | weighted | pulls, int(numpy_batch.valid.sum()))
    return accounts(meter.means(), list(objective.weights(1.0)), measured=bool(measured))


def _spread_evenly(batches: int, chosen: int) -> set[int]:
    """At most `chosen` of the numbers 1..`batches`, the first among them."""
    return set(range(1, batches + 1, -(-batches // chosen))) if chosen else set()


def _step(state: State, total: Tensor, place: str, settings: NeuralSettings) -> None:
    state.optimizer.zero_grad(set_to_none=True)
    total.backward()  # type: ignore[no-untyped-call]
    slopes = {name: parameter.grad for name, parameter in state.network.named_parameters() if parameter.grad is not None}
    norm = nn.utils.get_total_norm(slopes.values())
    refuse_broken_gradient(norm, slopes, place, settings)
    nn.utils.clip_grads_with_norm_(state.network.parameters(), settings.clip, norm)
    state.optimizer.step()
    state.rates.step()


def _take(state: State, row: Row, settings: NeuralSettings) -> None:
    """Add an epoch to the history, and keep it where it is the best that may be selected."""
    state.history.append(row)
    better = LARGER_IS_BETTER[settings.select]
    if state.epoch / settings.epochs >= settings.select_from and (state.best is None or better(row) > better(state.best.row)):
        weights = {name: value.detach().clone() for name, value in state.network.state_dict().items()}
        state.best = Best(weights=weights, row=row)


def _out_of_patience(state: State, settings: NeuralSettings) -> bool:
    """True once `patience` epochs have passed since the best one; none is the best before `select_from`."""
    return settings.patience is not None and state.best is not None and state.epoch - state.best.row["epoch"] >= settings.patience


def _device(network: nn.Module) -> torch.device:
    return next(network.parameters()).device
