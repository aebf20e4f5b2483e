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
    length = gains.shape[1]
    earlier = torch.ones(length, length, dtype=gains.dtype, device=gains.device).tril(-1)  # (L, L)
    index = skills.clamp(min=0)  # (B, L, M)
    before = (earlier @ gains).gather(-1, index)  # (B, L, M)
    return Practice(before=before, after=before + gains.gather(-1, index))


def mean_over_skills(values: Tensor, skills: Tensor) -> Tensor:
    """Of the skills that are there, `(B, L, M)` -> `(B, L)`."""
    there = skills != ABSENT  # (B, L, M)
    return (values * there).sum(dim=-1) / there.sum(dim=-1)
