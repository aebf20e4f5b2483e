"""What the loop minimises, and the tensors it is computed on."""

from dataclasses import dataclass
from typing import Protocol, Self

import torch
from torch import Tensor

from glasskt.data.batches import Batch
from glasskt.models.parts.output import Output


@dataclass(frozen=True, kw_only=True)
class TensorBatch:
    """A `data.batches.Batch` on a device; the same names and shapes."""

    students: Tensor  # (B,)
    rows: Tensor  # (B, L)
    skill: Tensor  # (B, L)
    response: Tensor  # (B, L)
    valid: Tensor  # (B, L)

    @classmethod
    def of(cls, batch: Batch, device: torch.device) -> Self:
        """Copy the arrays of `batch` to `device`."""
        return cls(
            students=torch.from_numpy(batch.students).to(device),
            rows=torch.from_numpy(batch.rows).to(device),
            skill=torch.from_numpy(batch.skill).to(device),
            response=torch.from_numpy(batch.response).to(device),
            valid=torch.from_numpy(batch.valid).to(device),
        )


class Objective(Protocol):
    """The loss of one family over one cohort: it holds that cohort's targets, looked up by a batch's `students` and `rows`."""

    def terms(self, output: Output, batch: TensorBatch) -> dict[str, Tensor]:
        """Every term by name, unweighted, a scalar each; a term without a weight is logged and not minimised."""

    def weights(self, share: float) -> dict[str, float]:
        """Weight of each minimised term once `share` of the run, in (0, 1], is done."""

    def schedule(self, share: float) -> dict[str, float]:
        """Scheduled quantities worth a column of the history, such as lambda."""

    def calibrated(self, magnitudes: dict[str, float]) -> Self:
        """This objective with weights that suit how large each unweighted term is before anything is learned; itself where none do."""


def weighted_total(terms: dict[str, Tensor], weights: dict[str, float]) -> Tensor:
    """Sum of weight times term over the minimised terms."""
    return torch.stack([weight * terms[name] for name, weight in weights.items()]).sum()


def named_values(scalars: dict[str, Tensor]) -> dict[str, float]:
    """The numbers in some scalars, fetched from their device at once."""
    return dict(zip(scalars, torch.stack([value.detach() for value in scalars.values()]).tolist(), strict=True))
