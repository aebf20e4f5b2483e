"""l_23, ability alignment: how far theta_t lies from the ability that item response theory assigns.

Source: note 003 (mean and direct forms); dynamic form as in experiment I3.4, against the filtered ability before each response.
"""

from collections.abc import Callable

from torch import Tensor
from torch.nn.functional import mse_loss

from glasskt.models.parts.masked import masked_mean, masked_mean_by_student


def mean(theta: Tensor, theta_irt: Tensor, valid: Tensor) -> Tensor:
    """Squared distance of each student's mean over valid steps, averaged over students.

    Arguments:
        theta: Ability before each response, in logits, `(B, L)`.
        theta_irt: Static target per student, in logits, `(B,)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> import torch
        >>> mean(torch.tensor([[0.0, 2.0, 9.0]]), torch.ones(1), torch.tensor([[True, True, False]]))
        tensor(0.)
    """
    return mse_loss(masked_mean_by_student(theta, valid), theta_irt)  # (B,) -> ()


def direct(theta: Tensor, theta_irt: Tensor, valid: Tensor) -> Tensor:
    """Mean squared distance at every valid step from the student's static target.

    Arguments:
        theta: Ability before each response, in logits, `(B, L)`.
        theta_irt: Static target per student, in logits, `(B,)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> import torch
        >>> direct(torch.zeros(1, 3), torch.ones(1), torch.tensor([[True, True, False]]))
        tensor(1.)
    """
    return masked_mean((theta - theta_irt[:, None]) ** 2, valid)  # (B, L) -> ()


def dynamic(theta: Tensor, theta_irt: Tensor, valid: Tensor) -> Tensor:
    """Mean squared distance at every valid step from the target of that step.

    Arguments:
        theta: Ability before each response, in logits, `(B, L)`.
        theta_irt: Filtered target before each response, in logits, `(B, L)`.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar.

    Example:
        >>> import torch
        >>> dynamic(torch.zeros(1, 2), torch.tensor([[3.0, 9.0]]), torch.tensor([[True, False]]))
        tensor(9.)
    """
    return masked_mean((theta - theta_irt) ** 2, valid)  # (B, L) -> ()


FORMS: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {"mean": mean, "direct": direct, "dynamic": dynamic}
