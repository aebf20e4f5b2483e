"""What a network is worth on a cohort, without learning from it."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import log_loss, roc_auc_score
from torch import nn

from glasskt.data.batches import batches
from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.training.meter import Meter
from glasskt.training.objective import Objective, TensorBatch, named_values, weighted_total


def judge(network: nn.Module, cohort: Cohort, objective: Objective, tokens_per_batch: int, share: float) -> dict[str, float]:
    """Terms and scores of a cohort; scores leave out each student's first response.

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
        UserError: A term is not finite.
    """
    network.eval()
    device = next(network.parameters()).device
    meter = Meter()
    predictions: dict[str, NDArray[np.float64]] = {}
    with torch.no_grad():
        for numpy_batch in batches(cohort, tokens_per_batch):
            batch = TensorBatch.of(numpy_batch, device)
            output = network(batch.skill, batch.response)
            terms = objective.terms(output, batch)
            total = weighted_total(terms, objective.weights(share))
            meter.add(named_values(terms | {"total": total}), int(numpy_batch.valid.sum()))
            for name, logit in {"auc": output.logit_before, "auc_blackbox": output.logit_blackbox_before}.items():
                if logit is not None:
                    rows = numpy_batch.rows[numpy_batch.valid]
                    predictions.setdefault(name, np.zeros(len(cohort)))[rows] = torch.sigmoid(logit[batch.valid].double()).cpu().numpy()
    means = meter.means()
    if broken := [name for name, value in means.items() if not math.isfinite(value)]:
        raise UserError(f"validation students: {broken[0]} is {means[broken[0]]}; lower learning_rate")
    return {f"valid_{name}": value for name, value in means.items()} | _scores(cohort, predictions)


def _scores(cohort: Cohort, predictions: dict[str, NDArray[np.float64]]) -> dict[str, float]:
    scored = cohort.step > 0
    response = cohort.response[scored]
    both = len(np.unique(response)) == 2
    scores = {f"valid_{name}": float(roc_auc_score(response, p[scored])) if both else 0.5 for name, p in predictions.items()}
    return scores | {"valid_log_loss": float(log_loss(response, predictions["auc"][scored], labels=[0, 1]))}
