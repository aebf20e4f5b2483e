"""The estimator of any torch family: build the network, fit it, trace a cohort."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from glasskt.data.batches import batches
from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.models.family import Fitted, Targets, Trace
from glasskt.training.calibration import magnitudes
from glasskt.training.loop import Subject, run
from glasskt.training.objective import Objective, TensorBatch
from glasskt.training.reproducible import device, reproducible
from glasskt.training.settings import NeuralSettings
from glasskt.training.weights import loaded


def _as_built(network: nn.Module, targets: Targets) -> None:
    """Leave the initial weights as they are."""


def _one_group(network: nn.Module) -> dict[str, Iterable[nn.Parameter]]:
    return {}


def _encoder(network: nn.Module) -> Iterable[nn.Parameter]:
    encoder = getattr(network, "encoder", None)
    return encoder.parameters() if isinstance(encoder, nn.Module) else ()


def _nothing(network: nn.Module) -> dict[str, Tensor]:
    return {}


def _encoded(network: nn.Module, skill: Tensor, response: Tensor) -> Tensor | None:
    encoder = getattr(network, "encoder", None)
    return encoder(skill, response) if isinstance(encoder, nn.Module) else None


@dataclass(frozen=True, kw_only=True)
class NeuralEstimator:
    """A family fitted by gradient descent; satisfies `models.family.Estimator`.

    Attributes:
        settings: The variant.
        network: Builds the network; `(B, L)` skills and responses -> `Output`.
        objective: The loss over one cohort, given the targets.
        start: Sets initial weights that come from targets.
        groups: Parameters that may have a learning rate of their own, by the names in `settings.parameter_groups`.
        shared: Parameters that several terms of the loss pull at; their gradients are compared there.
        learned: Quantities worth following from epoch to epoch, any shape.
        hidden: Hidden states, `(B, L)` skills and responses -> `(B, L + 1, D)`, of which state t has seen responses 0..t-1; None where a
            network has none.
    """

    settings: NeuralSettings
    network: Callable[[], nn.Module]
    objective: Callable[[Cohort, Targets], Objective]
    start: Callable[[nn.Module, Targets], None] = _as_built
    groups: Callable[[nn.Module], dict[str, Iterable[nn.Parameter]]] = _one_group
    shared: Callable[[nn.Module], Iterable[nn.Parameter]] = _encoder
    learned: Callable[[nn.Module], dict[str, Tensor]] = _nothing
    hidden: Callable[[nn.Module, Tensor, Tensor], Tensor | None] = _encoded

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
        """Learn from `train`, keep the epoch that `settings.select` names on `valid`.

        Raises:
            UserError: A cohort is empty, a target is missing, or a term or gradient is not finite.
        """
        for name, cohort in {"training": train, "validation": valid}.items():
            if not len(cohort):
                raise UserError(f"no {name} students: check the fold of this run and the folds of the data set")
        with reproducible(seed):
            network = self.network()
            self.start(network, targets)
            network = network.to(device())
            objectives = self.objective(train, targets), self.objective(valid, targets)
            measured: dict[str, float] = {}
            if self.settings.calibrate_on:
                measured = magnitudes(network, train, objectives[0], self.settings, seed)
                objectives = objectives[0].calibrated(measured), objectives[1].calibrated(measured)
            best, history = run(
                self._subject(network),
                (train, objectives[0]),
                (valid, objectives[1]),
                self.settings,
                seed=seed,
                progress=progress,
                checkpoint_dir=checkpoint_dir,
            )
        kept = ("valid_auc", "valid_log_loss", "valid_auc_blackbox", *objectives[0].schedule(1.0))
        return Fitted(
            weights={name: value.cpu().numpy() for name, value in best.weights.items()},
            history=history,
            facts={name: best.row[name] for name in kept if name in best.row}
            | ({"magnitudes": measured} if measured else {})
            | {
                "selected_epoch": best.row["epoch"],
                "epochs": self.settings.epochs,
                "epochs_run": len(history),
                "select": self.settings.select,
                "parameters": sum(parameter.numel() for parameter in network.parameters()),
            },
        )

    def _subject(self, network: nn.Module) -> Subject:
        shared = [parameter for parameter in self.shared(network) if parameter.requires_grad]
        return Subject(network=network, groups=self.groups(network), shared=shared, learned=self.learned)

    def trace(self, weights: dict[str, NDArray], cohort: Cohort) -> Trace:
        """Every quantity of the network for every response of `cohort`."""
        quantities: dict[str, NDArray] = {}
        with reproducible(seed=0), torch.no_grad():
            network = loaded(self.network, weights)
            for batch in batches(cohort, self.settings.tokens_per_batch):
                tensors = TensorBatch.of(batch, device())
                for name, values in network(tensors.skill, tensors.response).quantities().items():
                    column = quantities.setdefault(name, np.zeros(len(cohort), np.float32))
                    column[batch.rows[batch.valid]] = values[tensors.valid].cpu().numpy()
        return Trace(quantities=quantities)

    def states(self, weights: dict[str, NDArray], cohort: Cohort) -> NDArray[np.float32] | None:
        """Hidden state before each response, `(N, D)`; None where the network has none."""
        states: NDArray[np.float32] | None = None
        with reproducible(seed=0), torch.no_grad():
            network = loaded(self.network, weights)
            for batch in batches(cohort, self.settings.tokens_per_batch):
                tensors = TensorBatch.of(batch, device())
                hidden = self.hidden(network, tensors.skill, tensors.response)  # (B, L + 1, D)
                if hidden is None:
                    return None
                states = np.zeros((len(cohort), hidden.shape[-1]), np.float32) if states is None else states
                states[batch.rows[batch.valid]] = hidden[:, :-1][tensors.valid].cpu().numpy()
        return states
