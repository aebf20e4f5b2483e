"""How large each term of a loss is before anything is learned, for weights that are to follow."""

from itertools import islice

import numpy as np
import torch
from torch import nn

from glasskt.data.batches import batches
from glasskt.data.cohort import Cohort
from glasskt.training.finite import refuse_broken_terms
from glasskt.training.meter import Meter
from glasskt.training.objective import Objective, TensorBatch, named_values
from glasskt.training.settings import NeuralSettings


def magnitudes(network: nn.Module, cohort: Cohort, objective: Objective, settings: NeuralSettings, seed: int) -> dict[str, float]:
    """Mean of every unweighted term over the first `settings.calibrate_on` batches of training, before anything is learned.

    Raises:
        UserError: A term is not finite.
    """
    network.eval()
    device = next(network.parameters()).device
    meter = Meter()
    with torch.no_grad():
        first = islice(batches(cohort, settings.tokens_per_batch, np.random.default_rng(seed)), settings.calibrate_on)
        for index, numpy_batch in enumerate(first, start=1):
            batch = TensorBatch.of(numpy_batch, device)
            values = named_values(objective.terms(network(batch.skill, batch.response), batch))
            refuse_broken_terms(values, f"calibration, batch {index}", settings)
            meter.add(values, int(numpy_batch.valid.sum()))
    return meter.means()
