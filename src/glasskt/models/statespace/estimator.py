"""The state space as an estimator: the common one, with a filter fitted before it, the gains of all skills and the parts of every logit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from glasskt.data.batches import batches
from glasskt.data.cohort import Cohort, Combinations
from glasskt.models.family import Fitted, Targets, Trace
from glasskt.models.parts.one_pass import refuse_what_teaches_nothing
from glasskt.models.parts.sampled_gains import sampled_gains
from glasskt.models.statespace import terms
from glasskt.models.statespace.contexts import Filter, inputs
from glasskt.models.statespace.network import Network
from glasskt.models.statespace.objective import Losses
from glasskt.models.statespace.settings import Settings
from glasskt.training.neural import NeuralEstimator
from glasskt.training.objective import TensorBatch
from glasskt.training.reproducible import device, reproducible
from glasskt.training.weights import loaded

Floats = NDArray[np.float64]
Weights = dict[str, NDArray]


@dataclass(frozen=True, kw_only=True)
class StateSpaceEstimator(NeuralEstimator):
    """One variant of the family."""

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
        """As `NeuralEstimator.fit`.

        Raises:
            UserError: The static fit is missing, or the training responses are all equal.
        """
        refuse_what_teaches_nothing(train, valid)
        settings = cast(Settings, self.settings)
        known = Filter.learn(train, targets)
        table = inputs(train, known.track(train))  # (N, F)
        spread = table.std(axis=0)
        centre, scale = torch.from_numpy(table.mean(axis=0)), torch.from_numpy(np.where(spread > 0, spread, np.float32(1)))

        def start(network: nn.Module, targets: Targets) -> None:
            cast(Network, network).start_at(known, centre, scale)

        ready = replace(self, start=start, objective=lambda cohort, targets: Losses(settings, len(train)))
        return NeuralEstimator.fit(ready, train, valid, targets, seed=seed, progress=progress, checkpoint_dir=checkpoint_dir)

    def trace(self, weights: Weights, cohort: Cohort) -> Trace:
        """As `NeuralEstimator.trace`, and the gains of all skills for some students."""
        return replace(super().trace(weights, cohort), gains=sampled_gains(self.network, weights, cohort))

    def terms(self, weights: Weights, cohort: Cohort) -> dict[str, Floats]:
        """The terms of every prediction by name, `(N,)` each, in logits; they sum to the logit of p_before.

        They are `skill` (less the difficulty of the asked skill), `theta` (the ability), and what is left of earlier responses: `practice`
        (their gains, where they were to the same skill), `evidence` (the surprise in those), `transfer` (gains from other skills).
        """
        return terms.terms(self.network, weights, cohort)

    def past(self, weights: Weights, cohort: Cohort, row: int) -> pd.DataFrame:
        """What each earlier response adds to the logit of response `row` of a cohort: step, skill, response, practice, evidence, transfer.

        A row per earlier response of the student; the columns sum to the terms of their names.
        """
        return terms.past(self.network, weights, cohort, row)

    def gains_in_equal_contexts(self, weights: Weights, cohort: Cohort) -> NDArray[np.float64]:
        """Mean over the responses of a cohort of the gain that each would have, were its skill another one and all else as it is, `(C,)`.

        Which skills are practised when does not enter: what differs between skills is what the network learned of them.
        """
        total = np.zeros(cohort.n_skills)
        with reproducible(seed=0), torch.no_grad():
            network = cast(Network, loaded(self.network, weights))
            for batch in batches(cohort, self.settings.tokens_per_batch):
                tensors = TensorBatch.of(batch, device())
                gains = network.gain_of_each_skill(tensors.skill, tensors.response)  # (B, L, C)
                total += gains[tensors.valid].double().sum(dim=0).cpu().numpy()
        return total / len(cohort)


def estimator(settings: Settings, n_skills: int, combinations: Combinations = ()) -> StateSpaceEstimator:
    """The estimator of one variant."""
    return StateSpaceEstimator(
        settings=settings,
        network=lambda: Network(settings, n_skills, combinations),
        objective=lambda cohort, targets: Losses(settings, len(cohort)),
        groups=groups,
        shared=shared,
        learned=learned,
    )


def groups(network: nn.Module) -> dict[str, Iterable[nn.Parameter]]:
    """gains: the network of gains; transfer: what skills give to each other."""
    network = cast(Network, network)
    return {"gains": network.gain.parameters(), "transfer": [] if network.raw_transfer is None else [network.raw_transfer]}


def shared(network: nn.Module) -> Iterable[nn.Parameter]:
    """M, on which both terms of the loss pull; where there is none, the difficulties."""
    network = cast(Network, network)
    return [network.beta if network.raw_transfer is None else network.raw_transfer]


def learned(network: nn.Module) -> dict[str, Tensor]:
    """The parameters of the equation on its own scale."""
    network = cast(Network, network)
    matrix = network.transfer()
    own = {name: network.positive(name) for name in network.raw}
    return own | {"beta": network.beta} | ({} if matrix is None else {"transfer": matrix})
