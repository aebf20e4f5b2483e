"""Length-bucketed batches: whole sequences of like length side by side, so that almost nothing computed is padding.

On ASSIST2015 the median student gives 21 responses and the longest 618; padded to 200 only 18 % of the positions are real.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glasskt.data.cohort import Cohort


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some students of a cohort, padded on the right to the longest of them.

    Attributes:
        students: Index into `Cohort.students`, `(B,)`.
        rows: Index into the rows of the cohort, `(B, L)`; padding repeats the student's last row.
        skill: Skill index, `(B, L)`; 0 where padded.
        response: 0 or 1, `(B, L)`; 0 where padded.
        valid: True where a response exists, `(B, L)`.
    """

    students: NDArray[np.int64]
    rows: NDArray[np.int64]
    skill: NDArray[np.int64]
    response: NDArray[np.int64]
    valid: NDArray[np.bool_]


def assemble(cohort: Cohort, students: NDArray[np.int64], pad_to: int = 0) -> Batch:
    """The batch of these students, `students` being indices into `cohort.students`, `(B,)`; at least `pad_to` positions long."""
    lengths = cohort.lengths[students]
    position = np.arange(max(lengths.max(), pad_to))
    valid = position < lengths[:, None]  # (B, L)
    rows = cohort.offsets[students][:, None] + np.minimum(position, lengths[:, None] - 1)  # (B, L)
    return Batch(
        students=students,
        rows=rows,
        skill=np.where(valid, cohort.skill[rows], 0),
        response=np.where(valid, cohort.response[rows], 0).astype(np.int64),
        valid=valid,
    )


def buckets(lengths: NDArray[np.int64], tokens_per_batch: int, generator: np.random.Generator | None = None) -> list[NDArray[np.int64]]:
    """Students grouped by like length, each group within a budget of padded positions.

    Arguments:
        lengths: Responses per student, `(S,)`, all above 0.
        tokens_per_batch: Largest number of positions, padding included; a longer single sequence is a group of its own.
        generator: Shuffles students of equal length and the order of the groups; None keeps the order by length.

    Returns:
        Groups of indices into `lengths`; together each student once. Their number does not depend on the generator.

    Example:
        >>> [group.tolist() for group in buckets(np.array([3, 1, 3, 2]), tokens_per_batch=6)]
        [[1, 3], [0, 2]]
    """
    ties = np.arange(len(lengths)) if generator is None else generator.permutation(len(lengths))
    order = np.lexsort((ties, lengths))
    groups, start = [], 0
    for end in range(1, len(order) + 1):
        if end == len(order) or (end + 1 - start) * lengths[order[end]] > tokens_per_batch:
            groups.append(order[start:end])
            start = end
    if generator is not None:
        generator.shuffle(groups)  # type: ignore[arg-type]
    return groups


def batches(cohort: Cohort, tokens_per_batch: int, generator: np.random.Generator | None = None, pad_to: int = 0) -> Iterator[Batch]:
    """One pass over a cohort, each batch at least `pad_to` positions long; see `buckets` for the order."""
    for students in buckets(np.maximum(cohort.lengths, pad_to), tokens_per_batch, generator):
        yield assemble(cohort, students, pad_to)


def padding_share(groups: list[NDArray[np.int64]], lengths: NDArray[np.int64]) -> float:
    """Share of positions that hold no response."""
    padded = sum(len(group) * int(lengths[group].max()) for group in groups)
    return 1 - int(lengths.sum()) / padded
