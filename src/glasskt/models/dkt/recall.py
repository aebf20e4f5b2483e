"""What the encoder knew right after the asked skill was last practised: a state read from there, whatever came between."""

import torch
from torch import Tensor


def last_practice(skill: Tensor) -> Tensor:
    """Number of responses up to and with the last one to the same skill before each step; 0 where there is none.

    Arguments:
        skill: Skill index, `(B, L)`.

    Returns:
        `(B, L)`, the place in an encoder's states of the one after that response, at most t.

    Example:
        >>> last_practice(torch.tensor([[4, 7, 4, 4, 7]]))
        tensor([[0, 0, 1, 3, 2]])
    """
    number = torch.arange(1, skill.shape[1] + 1, device=skill.device)  # (L,)
    same = skill[:, :, None] == skill[:, None, :]  # (B, L, L)
    return (same * number).tril(-1).amax(dim=-1)  # (B, L)


def recalled(states: Tensor, skill: Tensor) -> Tensor:
    """The state after the last response to the skill that is asked, the first state where there is none.

    A product with a matrix of zeros and ones rather than an indexed read: its gradient is deterministic on every device.

    Arguments:
        states: State t has seen responses 0..t-1, `(B, L + 1, D)`.
        skill: `(B, L)`.

    Returns:
        `(B, L, D)`.
    """
    places = torch.arange(states.shape[1], device=skill.device)  # (L + 1,)
    chosen = last_practice(skill)[..., None] == places  # (B, L, L + 1)
    return chosen.to(states.dtype) @ states
