"""How the terms of a loss pull at the parameters that they share: the norm of each term's gradient, and the angle between every two.

Terms are taken unweighted: a norm times its weight is the pull in training, and a cosine does not depend on weights.
Source: Yu et al. 2020 (gradient surgery), who call a negative cosine a conflict.
"""

import math
from itertools import combinations

import torch
from torch import Tensor, nn


def measure(terms: dict[str, Tensor], shared: list[nn.Parameter]) -> dict[str, float]:
    """Norms and cosines on one batch; the graph of `terms` is kept and no parameter's own gradient is touched.

    Arguments:
        terms: Scalars by name.
        shared: Parameters to compare on, P numbers in all.

    Returns:
        `gradient_norm_<term>`, and `gradient_cosine_<a>_<b>` for every two terms that both have a gradient there.

    Example:
        >>> x = nn.Parameter(torch.ones(2))
        >>> found = measure({"a": 3 * x[0], "b": 3 * x[0] + 4 * x[1], "c": x[1] * 0}, [x])
        >>> {name: round(value, 4) for name, value in found.items()}
        {'gradient_norm_a': 3.0, 'gradient_norm_b': 5.0, 'gradient_norm_c': 0.0, 'gradient_cosine_a_b': 0.6}
    """
    gradients = torch.stack([_gradient(term, shared) for term in terms.values()])  # (T, P)
    norms = gradients.norm(dim=1)  # (T,)
    cosines = (gradients @ gradients.T / (norms[:, None] * norms)).clamp(-1, 1).tolist()  # (T, T); NaN where a norm is 0
    pairs = {(a, b): cosines[i][j] for (i, a), (j, b) in combinations(enumerate(terms), 2)}
    return {f"gradient_norm_{name}": norm for name, norm in zip(terms, norms.tolist(), strict=True)} | {
        f"gradient_cosine_{a}_{b}": cosine for (a, b), cosine in pairs.items() if math.isfinite(cosine)
    }


def columns(terms: list[str]) -> list[str]:
    """All names that `measure` may return."""
    return [f"gradient_norm_{name}" for name in terms] + [f"gradient_cosine_{a}_{b}" for a, b in combinations(terms, 2)]


def _gradient(term: Tensor, shared: list[nn.Parameter]) -> Tensor:
    if not term.requires_grad:
        return torch.zeros(sum(parameter.numel() for parameter in shared), device=term.device)  # (P,)
    found = torch.autograd.grad(term, shared, retain_graph=True, allow_unused=True)
    flat = [torch.zeros_like(parameter) if part is None else part for part, parameter in zip(found, shared, strict=True)]
    return torch.cat([part.flatten() for part in flat])  # (P,)
