"""The student's last response to the skill that is asked: the state that it left, whatever came between."""

import torch
from torch import Tensor


def last_practice(skill: Tensor) -> Tensor:
    """Which earlier response is the last one to the skill that is asked, as zeros and ones.

    A product with this matrix reads what stood at that response, and its gradient is deterministic on every device.

    Arguments:
        skill: Skill index, `(B, L)`.

    Returns:
        `(B, L, L)`: a row per step, with a single True where the skill was practised before, else none.

    Example:
        >>> last_practice(torch.tensor([[4, 7, 4]])).int().tolist()
        [[[0, 0, 0], [0, 0, 0], [1, 0, 0]]]
    """
    number = torch.arange(1, skill.shape[1] + 1, device=skill.device)  # (L,)
    earlier = ((skill[:, :, None] == skill[:, None, :]) * number).tril(-1)  # (B, L, L)
    last = earlier.amax(dim=-1, keepdim=True)  # (B, L, 1), 0 where there is none
    return (earlier == last) & (last > 0)


def recalled(states: Tensor, skill: Tensor) -> Tensor:
    """The state after the last response to the asked skill.

    Arguments:
        states: State t has seen responses 0..t, `(B, L, D)`.
        skill: `(B, L)`.

    Returns:
        `(B, L, D)`, zeros where the skill was never practised.
    """
    return last_practice(skill).to(states.dtype) @ states
