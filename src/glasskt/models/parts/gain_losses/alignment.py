"""alignment: mastery should go with performance.

    local   1 - Pearson(m before, response) over the responses of the batch
    overall 1 - Pearson(student's mean m, student's mean response) over its students

Source: note 004, which subtracts the correlations; one less the correlation has the same gradient and is never negative.
"""

from torch import Tensor

from glasskt.models.parts.gain_losses.correlation_of import correlation_of
from glasskt.models.parts.masked import masked_mean_by_student


def alignment(mastery: Tensor, response: Tensor, valid: Tensor) -> Tensor:
    """Mastery of the asked skill before, 0 or 1, and where a response exists, `(B, L)` each -> a scalar in [0, 2].

    Example:
        >>> import torch
        >>> alignment(torch.tensor([[0.25, 0.75]]), torch.tensor([[1, 0]]), torch.tensor([[True, True]]))
        tensor(2.)
    """
    return 1 - correlation_of(mastery[valid], response[valid].to(mastery.dtype))


def global_alignment(mastery: Tensor, response: Tensor, valid: Tensor) -> Tensor:
    """The same of means over each student's responses.

    Example:
        >>> import torch
        >>> global_alignment(torch.tensor([[0.25], [0.75]]), torch.tensor([[0], [1]]), torch.ones(2, 1, dtype=torch.bool))
        tensor(0.)
    """
    return 1 - correlation_of(masked_mean_by_student(mastery, valid), masked_mean_by_student(response.to(mastery.dtype), valid))
