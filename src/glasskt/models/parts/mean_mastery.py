"""Mastery averaged over all skills: what the notes correlated with responses."""

from collections.abc import Callable
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from glasskt.data.batches import batches
from glasskt.data.cohort import Cohort
from glasskt.training.objective import TensorBatch
from glasskt.training.reproducible import device, reproducible
from glasskt.training.weights import loaded

CELLS = 100_000
"""Positions times skills that are held at once."""


def mean_mastery(network: Callable[[], nn.Module], weights: dict[str, NDArray], cohort: Cohort) -> NDArray[np.float32]:
    """Mean over all C skills of the mastery before each response, `(N,)`, by a network with a method `mean_mastery`."""
    means = np.zeros(len(cohort), np.float32)
    with reproducible(seed=0), torch.no_grad():
        of_batch = cast(Callable[[Tensor, Tensor], Tensor], loaded(network, weights).mean_mastery)
        for batch in batches(cohort, max(1, CELLS // cohort.n_skills)):
            tensors = TensorBatch.of(batch, device())
            means[batch.rows[batch.valid]] = of_batch(tensors.skill, tensors.response)[tensors.valid].cpu().numpy()
    return means
