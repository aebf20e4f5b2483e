"""l_im in three parts, of the easy, the medium and the hard skills, so that a schedule of weights can bring them in one after the other.

    l_im_easy + l_im_medium + l_im_hard = l_im,   each the sum over its skills' responses, divided by the number of all responses

Easy is what the students that are learned from answer right most often. Source: note 001, "curriculum learning (easy skills first)"; which
response is learned from when is left to the weights, and the order of the data to the loop.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from glasskt.data.cohort import Cohort
from glasskt.models.parts.masked import masked_mean

BANDS = ("easy", "medium", "hard")


def bands(learned_from: Cohort) -> Tensor:
    """The band of each skill index, `(C + J,)`: 0 easy, 1 medium, 2 hard, a third of the indices each."""
    n_indices = learned_from.n_skills + len(learned_from.combinations)
    trials = np.bincount(learned_from.skill, minlength=n_indices)
    successes = np.bincount(learned_from.skill, weights=learned_from.response, minlength=n_indices)
    order = np.argsort(-(successes + 1) / (trials + 2), kind="stable")
    band = np.empty(n_indices, np.int64)
    band[order] = np.arange(n_indices) * len(BANDS) // n_indices
    return torch.from_numpy(band)


def l_im_of_band(logit: Tensor, response: Tensor, valid: Tensor, in_band: Tensor) -> Tensor:
    """Binary cross-entropy of the responses in a band over the number of all, `(B, L)` each -> a scalar, in nats.

    Example:
        >>> l_im_of_band(torch.zeros(1, 2), torch.tensor([[1, 0]]), torch.tensor([[True, True]]), torch.tensor([[True, False]]))
        tensor(0.3466)
    """
    losses = binary_cross_entropy_with_logits(logit, response.to(logit.dtype), reduction="none")  # (B, L)
    return masked_mean(losses * in_band, valid)
