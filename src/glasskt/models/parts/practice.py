"""Cumulative practice: gains added up along a history, for the skills that each response practises, without a loop over steps.

Sums are products with a matrix of zeros and ones rather than differences of a running sum: each sum then holds its own terms only, so a
student's numbers do not depend on the rest, and the kernels are deterministic on every device.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from glasskt.models.parts.skill_table import ABSENT


@dataclass(frozen=True, kw_only=True)
class Practice:
    """Practice of the skills of each response, before and after it, `(B, L, M)` each."""

    before: Tensor
    after: Tensor


def practised(gain: Tensor, skills: Tensor) -> Practice:
    """Only the practised skills gain; the cost does not depend on the number of skills.

    Arguments:
        gain: Gain of each skill of each response, `(B, L, M)`.
        skills: Those skills, filled up with `ABSENT`, `(B, L, M)`.

    Example:
        >>> skills = torch.tensor([[[0], [1], [0], [0]]])
        >>> practised(torch.tensor([[[1.0], [2.0], [4.0], [8.0]]]), skills).before.flatten().tolist()
        [0.0, 0.0, 1.0, 5.0]
    """
    length, size = skills.shape[1:]
    place = skills.flatten(1)  # (B, LM)
    step = torch.arange(length, device=skills.device).repeat_interleave(size)  # (LM,)
    earlier = (place[:, :, None] == place[:, None, :]) & (step[None, :] < step[:, None])  # (B, LM, LM)
    before = (earlier.to(gain.dtype) @ gain.flatten(1)[..., None]).view_as(gain)  # (B, L, M)
    return Practice(before=before, after=before + gain)


def every_step(gains: Tensor, skills: Tensor) -> Practice:
    """Every skill gains at every step, practised or not, as in the notes.

    Arguments:
        gains: Gain of every skill at every response, `(B, L, C)`.
        skills: The skills of each response, filled up with `ABSENT`, `(B, L, M)`.

    Example:
        >>> every_step(torch.tensor([[[1.0, 0.0], [2.0, 8.0]]]), torch.tensor([[[0], [0]]])).before.flatten().tolist()
        [0.0, 1.0]
    """
    index = skills.clamp(min=0)  # (B, L, M)
    before = before_each(gains).gather(-1, index)  # (B, L, M)
    return Practice(before=before, after=before + gains.gather(-1, index))


def before_each(gains: Tensor) -> Tensor:
    """Practice of every skill before each response, from all gains at all steps, `(B, L, C)` -> `(B, L, C)`."""
    length = gains.shape[1]
    earlier = torch.ones(length, length, dtype=gains.dtype, device=gains.device).tril(-1)  # (L, L)
    return earlier @ gains


def among_all(gain: Tensor, skills: Tensor, n_skills: int) -> Tensor:
    """Gains of all skills where only the practised gain, `(B, L, M)`, `(B, L, M)` -> `(B, L, C)`.

    Example:
        >>> among_all(torch.tensor([[[2.0, 0.0]]]), torch.tensor([[[1, ABSENT]]]), 3).tolist()
        [[[0.0, 2.0, 0.0]]]
    """
    there = gain * (skills != ABSENT)  # (B, L, M)
    return gain.new_zeros(*gain.shape[:2], n_skills).scatter_add(-1, skills.clamp(min=0), there)


def mean_over_skills(values: Tensor, skills: Tensor) -> Tensor:
    """Of the skills that are there, `(B, L, M)` -> `(B, L)`."""
    there = skills != ABSENT  # (B, L, M)
    return (values * there).sum(dim=-1) / there.sum(dim=-1)
