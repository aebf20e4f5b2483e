"""A logit as the sum of its terms, and which earlier response gave how much of it."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from glasskt.data.batches import assemble, batches
from glasskt.data.cohort import Cohort
from glasskt.models.statespace.contributions import PAST, Contributions
from glasskt.models.statespace.network import Network
from glasskt.training.objective import TensorBatch
from glasskt.training.reproducible import device, reproducible
from glasskt.training.weights import loaded

Floats = NDArray[np.float64]
Weights = dict[str, NDArray]
TOKENS = 2048
"""Positions in a batch, padding included."""


def terms(network: Callable[[], nn.Module], weights: Weights, cohort: Cohort) -> dict[str, Floats]:
    """Every term of every response by name, `(N,)` each, in logits: `skill`, `theta`, `practice`, `evidence`, `transfer`."""
    found: dict[str, Floats] = {}
    with reproducible(seed=0), torch.no_grad():
        ready = _ready(network, weights)
        for batch in batches(cohort, TOKENS):
            tensors = TensorBatch.of(batch, device())
            for name, values in ready.contributions(tensors.skill, tensors.response).terms():
                column = found.setdefault(name, np.zeros(len(cohort)))
                column[batch.rows[batch.valid]] = values[tensors.valid].cpu().numpy()
    return found


def past(network: Callable[[], nn.Module], weights: Weights, cohort: Cohort, row: int) -> pd.DataFrame:
    """What each earlier response of its student adds to the logit of one response.

    Arguments:
        network: Builds the network.
        weights: As trained.
        cohort: N responses.
        row: Which of them.

    Returns:
        step, skill, response, practice, evidence, transfer; a row per earlier response, the last three in logits. Together they are the
        terms of these names.
    """
    student = int(cohort.student_of_row[row])
    step, first = int(cohort.step[row]), int(cohort.offsets[student])
    with reproducible(seed=0), torch.no_grad():
        batch = TensorBatch.of(assemble(cohort, np.array([student])), device())
        parts = _ready(network, weights).contributions(batch.skill, batch.response)
    earlier = slice(first, first + step)
    return pd.DataFrame(
        {"step": np.arange(step), "skill": cohort.skill[earlier], "response": cohort.response[earlier]}
        | {name: _of_row(parts, name, step) for name in PAST}
    )


def _of_row(parts: Contributions, name: str, step: int) -> Floats:
    values: Floats = getattr(parts, name)[0, step, :step].cpu().numpy().astype(np.float64)
    return values


def _ready(network: Callable[[], nn.Module], weights: Weights) -> Network:
    made = loaded(network, weights)
    assert isinstance(made, Network)
    return made
