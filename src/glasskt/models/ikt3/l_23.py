"""l_23, ability alignment: how far theta_t lies from the ability that item response theory assigns.

Source: note 003 (mean, direct, dynamic; standardized, which it proposed and never ran); experiments I3.5 (weighted) and I3.6 (scale).
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import mse_loss

from glasskt.models.ikt3.scale import scale
from glasskt.models.parts.masked import masked_mean, masked_mean_by_student


@dataclass(frozen=True, kw_only=True)
class Target:
    """What theta_t is to meet in one batch, in logits.

    Attributes:
        theta: Target at each response, `(B, L)`: of a static fit the same along a student, of the filter before each response.
        by_student: Static target, `(B,)`; None of the filter.
        mean: Of the static targets of the training students; 0 of the filter.
        sd: Of the same; 1 of the filter.
        weight: 1 / posterior variance of the filter, with mean 1 over the cohort, `(B, L)`; None of a static fit.
    """

    theta: Tensor
    by_student: Tensor | None = None
    mean: float = 0.0
    sd: float = 1.0
    weight: Tensor | None = None


def mean(theta: Tensor, target: Target, valid: Tensor) -> Tensor:
    """Squared distance of each student's mean over valid steps, averaged over students.

    Arguments:
        theta: Ability before each response, in logits, `(B, L)`.
        target: Of a static fit.
        valid: True where a response exists, `(B, L)`.

    Returns:
        A scalar, as of every form.

    Example:
        >>> import torch
        >>> target = Target(theta=torch.ones(1, 3), by_student=torch.ones(1))
        >>> mean(torch.tensor([[0.0, 2.0, 9.0]]), target, torch.tensor([[True, True, False]]))
        tensor(0.)
    """
    assert target.by_student is not None
    return mse_loss(masked_mean_by_student(theta, valid), target.by_student)  # (B,) -> ()


def direct(theta: Tensor, target: Target, valid: Tensor) -> Tensor:
    """Mean squared distance at every valid step; `dynamic` is the same against the filter's targets.

    Example:
        >>> import torch
        >>> direct(torch.zeros(1, 3), Target(theta=torch.ones(1, 3)), torch.tensor([[True, True, False]]))
        tensor(1.)
    """
    return masked_mean((theta - target.theta) ** 2, valid)  # (B, L) -> ()


def standardized(theta: Tensor, target: Target, valid: Tensor) -> Tensor:
    """`direct` with both sides z-scored by the mean and sd of the training targets, so that the targets' scale cannot set its weight.

    Example:
        >>> import torch
        >>> standardized(torch.zeros(1, 1), Target(theta=torch.ones(1, 1), mean=0.3, sd=0.5), torch.tensor([[True]]))
        tensor(4.)
    """
    z, z_irt = (theta - target.mean) / target.sd, (target.theta - target.mean) / target.sd  # (B, L) each
    return masked_mean((z - z_irt) ** 2, valid)  # (B, L) -> ()


def with_scale(theta: Tensor, target: Target, valid: Tensor) -> Tensor:
    """`direct` plus the scale term."""
    return direct(theta, target, valid) + scale(theta, target.theta, valid)


def weighted(theta: Tensor, target: Target, valid: Tensor) -> Tensor:
    """`dynamic` with each step weighted by how sure its target is.

    Example:
        >>> import torch
        >>> target = Target(theta=torch.ones(1, 2), weight=torch.tensor([[0.5, 1.5]]))
        >>> weighted(torch.tensor([[0.0, 1.0]]), target, torch.tensor([[True, True]]))
        tensor(0.2500)
    """
    assert target.weight is not None
    return masked_mean(target.weight * (theta - target.theta) ** 2, valid)  # (B, L) -> ()


FORMS: dict[str, Callable[[Tensor, Target, Tensor], Tensor]] = {
    "mean": mean,
    "direct": direct,
    "standardized": standardized,
    "scale": with_scale,
    "dynamic": direct,
    "weighted": weighted,
}
