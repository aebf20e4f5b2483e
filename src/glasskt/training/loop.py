"""The loop: epochs over length-bucketed batches, a history row each, the best epoch kept."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from sklearn.metrics import log_loss, roc_auc_score
from torch import Tensor, nn

from glasskt.data.batches import batches, buckets
from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.training.objective import Objective, TensorBatch, weighted_total
from glasskt.training.settings import NeuralSettings

Row = dict[str, Any]
LARGER_IS_BETTER: dict[str, Callable[[Row], float]] = {
    "valid_auc": lambda row: float(row["valid_auc"]),
    "valid_log_loss": lambda row: -float(row["valid_log_loss"]),
    "valid_total": lambda row: -float(row["valid_total"]),
    "last": lambda row: float(row["epoch"]),
}


@dataclass(frozen=True, kw_only=True)
class Best:
    """The epoch that was kept: its weights as they were at its end, and its row of the history."""

    state: dict[str, Tensor]
    row: Row


def run(
    network: nn.Module,
    train: tuple[Cohort, Objective],
    valid: tuple[Cohort, Objective],
    settings: NeuralSettings,
    *,
    seed: int,
    progress: Callable[[str], None],
) -> tuple[Best, pd.DataFrame]:
    """Minimise the training objective with AdamW; select by `settings.select` on validation.

    Arguments:
        network: Trained in place, on the device its parameters are on.
        train: Cohort to learn from and its objective.
        valid: Cohort to select on and its objective.
        settings: Epochs, learning rate, batch size, selection.
        seed: Order of the batches. Initial weights and dropout follow torch's own state.
        progress: Told one line an epoch.

    Returns:
        The selected epoch, and the history: epoch, learning_rate, scheduled quantities, `train_<term>` and `valid_<term>` unweighted,
        `weight_<term>`, `train_total` and `valid_total` weighted, and over scored rows `valid_log_loss` and `valid_auc` of the judged path
        and `valid_auc_blackbox`.

    Raises:
        UserError: A loss is not finite.
    """
    generator = np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    steps = settings.epochs * len(buckets(train[0].lengths, settings.tokens_per_batch))
    rates = RATES[settings.learning_rate_schedule](optimizer, settings.learning_rate, steps)
    better = LARGER_IS_BETTER[settings.select]
    history: list[Row] = []
    best: Best | None = None
    for epoch in range(1, settings.epochs + 1):
        learned = _learn(network, *train, settings, optimizer, rates, generator, epoch)
        judged = judge(network, *valid, settings.tokens_per_batch, epoch / settings.epochs)
        row = _row(epoch, optimizer, learned, judged, train[1], epoch / settings.epochs)
        history.append(row)
        progress(_line(row, settings.epochs))
        if epoch / settings.epochs >= settings.select_from and (best is None or better(row) > better(best.row)):
            best = Best(state={name: value.detach().clone() for name, value in network.state_dict().items()}, row=row)
    assert best is not None  # select_from is a share, so the last epoch may always be selected
    return best, pd.DataFrame(history)


def _row(
    epoch: int, optimizer: torch.optim.Optimizer, learned: dict[str, float], judged: dict[str, float], objective: Objective, share: float
) -> Row:
    return {
        "epoch": epoch,
        "learning_rate": optimizer.param_groups[0]["lr"],
        **objective.schedule(share),
        **{f"train_{name}": value for name, value in learned.items()},
        **{f"weight_{name}": value for name, value in objective.weights(share).items()},
        **judged,
    }


def _line(row: Row, epochs: int) -> str:
    losses = f"train {row['train_total']:.4f}  valid {row['valid_total']:.4f}"
    return f"epoch {row['epoch']}/{epochs}  {losses}  valid AUC {row['valid_auc']:.4f}"


def _learn(
    network: nn.Module,
    cohort: Cohort,
    objective: Objective,
    settings: NeuralSettings,
    optimizer: torch.optim.Optimizer,
    rates: torch.optim.lr_scheduler.LRScheduler,
    generator: np.random.Generator,
    epoch: int,
) -> dict[str, float]:
    """One pass of training; the means of all terms over responses."""
    network.train()
    meter = Meter()
    passes = list(batches(cohort, settings.tokens_per_batch, generator))
    for index, numpy_batch in enumerate(passes, start=1):
        batch = TensorBatch.of(numpy_batch, _device(network))
        terms = objective.terms(network(batch.skill, batch.response), batch)
        total = weighted_total(terms, objective.weights((epoch - 1 + index / len(passes)) / settings.epochs))
        if not math.isfinite(total.item()):
            broken = ", ".join(f"{name} {value.item():.4g}" for name, value in terms.items())
            raise UserError(
                f"epoch {epoch}, batch {index}: the loss is not finite ({broken}); lower learning_rate ({settings.learning_rate}) or clip"
            )
        optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
        optimizer.step()
        rates.step()
        meter.add(terms | {"total": total}, int(numpy_batch.valid.sum()))
    return meter.means()


def judge(network: nn.Module, cohort: Cohort, objective: Objective, tokens_per_batch: int, share: float) -> dict[str, float]:
    """Terms and scores of a cohort without learning; scores leave out each student's first response.

    Arguments:
        network: Left in evaluation mode.
        cohort: Students to judge.
        objective: Of this cohort.
        tokens_per_batch: Positions in a batch.
        share: Share of the run that is done; the weights of `valid_total` follow from it.

    Returns:
        `valid_<term>`, `valid_total`, `valid_log_loss`, `valid_auc`, and `valid_auc_blackbox` where there is such a head; an area under the
        curve is 0.5 where all responses are equal.

    Raises:
        UserError: The loss is not finite.
    """
    network.eval()
    meter = Meter()
    predictions: dict[str, NDArray[np.float64]] = {}
    with torch.no_grad():
        for numpy_batch in batches(cohort, tokens_per_batch):
            batch = TensorBatch.of(numpy_batch, _device(network))
            output = network(batch.skill, batch.response)
            terms = objective.terms(output, batch)
            meter.add(terms | {"total": weighted_total(terms, objective.weights(share))}, int(numpy_batch.valid.sum()))
            for name, logit in {"auc": output.logit_before, "auc_blackbox": output.logit_blackbox_before}.items():
                if logit is not None:
                    rows = numpy_batch.rows[numpy_batch.valid]
                    predictions.setdefault(name, np.zeros(len(cohort)))[rows] = torch.sigmoid(logit[batch.valid].double()).cpu().numpy()
    means = meter.means()
    if not math.isfinite(means["total"]):
        raise UserError("the loss of the validation students is not finite; lower learning_rate")
    scored = cohort.step > 0
    response = cohort.response[scored]
    both = len(np.unique(response)) == 2
    scores = {f"valid_{name}": float(roc_auc_score(response, p[scored])) if both else 0.5 for name, p in predictions.items()}
    scores["valid_log_loss"] = float(log_loss(response, predictions["auc"][scored], labels=[0, 1]))
    return {f"valid_{name}": value for name, value in means.items()} | scores


class Meter:
    """Means over responses of numbers that are means over batches."""

    def __init__(self) -> None:
        self.sums: dict[str, float] = {}
        self.responses = 0

    def add(self, values: dict[str, Tensor], responses: int) -> None:
        """One batch of so many responses."""
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0.0) + value.item() * responses
        self.responses += responses

    def means(self) -> dict[str, float]:
        """The means so far."""
        return {name: value / self.responses for name, value in self.sums.items()}


def _device(network: nn.Module) -> torch.device:
    return next(network.parameters()).device


def _one_cycle(optimizer: torch.optim.Optimizer, peak: float, steps: int) -> torch.optim.lr_scheduler.LRScheduler:
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=peak, total_steps=steps + 1)


def _constant(optimizer: torch.optim.Optimizer, peak: float, steps: int) -> torch.optim.lr_scheduler.LRScheduler:
    return torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)


RATES: dict[str, Callable[[torch.optim.Optimizer, float, int], torch.optim.lr_scheduler.LRScheduler]] = {
    "one_cycle": _one_cycle,
    "constant": _constant,
}
