"""The student's last response to the skill that is asked: the state that it left, whatever came between."""

from functools import reduce
from operator import or_

import torch
from torch import Tensor

from glasskt.models.parts.skill_table import ABSENT


def last_practice(skills: Tensor) -> Tensor:
    """Which earlier response is the last one to the skill that is asked, as zeros and ones; of several asked skills, the mean over them.

    A product with this matrix reads what stood at that response, and its gradient is deterministic on every device.

    Arguments:
        skills: The skills of each response, filled up with `ABSENT`, `(B, L, M)`.

    Returns:
        `(B, L, L)`: a row per step; each of its m skills adds 1 / m where it was practised last, nothing if it never was.

    Example:
        >>> last_practice(torch.tensor([[[4, 7], [7, ABSENT], [4, 7]]])).tolist()
        [[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]]
    """
    number = torch.arange(1, skills.shape[1] + 1, device=skills.device)  # (L,)
    found = [_last(asked, skills, number) for asked in skills.unbind(-1)]  # M of (B, L, L)
    if len(found) == 1:
        return found[0].to(torch.get_default_dtype())
    return torch.stack(found).sum(dim=0) / (skills != ABSENT).sum(dim=-1, keepdim=True)


def _last(asked: Tensor, skills: Tensor, number: Tensor) -> Tensor:
    """Of one asked skill, `(B, L)`, -> `(B, L, L)`."""
    asked = asked.where(asked != ABSENT, ABSENT - 1)  # a skill that is not there is no other's
    practised = reduce(or_, [asked[:, :, None] == skill[:, None, :] for skill in skills.unbind(-1)])  # (B, L, L)
    earlier = (practised * number).tril(-1)  # (B, L, L)
    last = earlier.amax(dim=-1, keepdim=True)  # (B, L, 1), 0 where there is none
    return (earlier == last) & (last > 0)


def recalled(states: Tensor, skills: Tensor) -> Tensor:
    """The state after the last response to the asked skill, the mean of these where several are asked.

    Arguments:
        states: State t has seen responses 0..t, `(B, L, D)`.
        skills: Filled up with `ABSENT`, `(B, L, M)`.

    Returns:
        `(B, L, D)`; a skill that was never practised counts as zeros.
    """
    return last_practice(skills).to(states.dtype) @ states
