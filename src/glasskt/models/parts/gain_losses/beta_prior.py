"""beta_prior: learning rates of skills should lie where item response theory expects them: mean_s (log beta_s - log prior_s)^2.

    prior_s = beta_0 exp(-0.5 z_s),   z_s = the difficulty of s, standardised over the skills

so that an easy skill is learned faster. Source: note 002, "external skill difficulty priors (item response theory parameters)"; the sign
and the spread of 0.5 (that of V3's random start) are ours.
"""

from torch import Tensor

SPREAD = 0.5


def expected_rates(difficulty: Tensor, level: float) -> Tensor:
    """Difficulties in logits, `(C,)`, and the rate of an average skill -> the expected rates, `(C,)`.

    Example:
        >>> import torch
        >>> expected_rates(torch.tensor([-1.0, 1.0]), 2.0)
        tensor([3.2974, 1.2131])
    """
    z = (difficulty - difficulty.mean()) / difficulty.std(correction=0).clamp(min=1e-6)  # (C,)
    return level * (-SPREAD * z).exp()


def beta_prior(beta: Tensor, prior: Tensor) -> Tensor:
    """Learning rates and what is expected of them, above 0, `(C,)` each -> a scalar.

    Example:
        >>> import torch
        >>> beta_prior(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0]))
        tensor(0.)
    """
    return (beta.log() - prior.log()).square().mean()
