"""Keys of a `variants.statespace.<name>` block."""

from typing import ClassVar, Literal

from pydantic import Field

from glasskt.models.family import IrtFile
from glasskt.training.settings import NeuralSettings


class Settings(NeuralSettings):
    """One variant of the state space."""

    several_skills: ClassVar[bool] = True
    parameter_groups: ClassVar[tuple[str, ...]] = ("gains", "transfer")

    monotone: bool = False
    """No right answer can lower a later prediction, whatever the history: gains rise with every input that a right answer raises, transfer
    is not negative, and evidence is measured against a fixed expectation."""
    gain: Literal["learned", "zero", "one", "response"] = "learned"
    """learned: a network of what is known at the response. The others are controls, which learn at most what a unit of gain is worth: zero
    (and nothing to transfer), one (a count of practice), response (a count of successes)."""
    evidence: bool = True
    """The surprise in a response moves its skill, beside its gain."""
    transfer: bool = True
    """A response gives to skills that it does not practise."""
    transfer_sd: float = Field(default=0.03, gt=0)
    """Standard deviation of the entries of M, in logits: what draws them to 0."""
    width: int = Field(default=32, ge=1)
    """Of the network of gains."""
    skill_width: int = Field(default=16, ge=1)
    """Of the vector that stands for a skill in it."""
    dropout: float = Field(default=0.3, ge=0, lt=1)
    epochs: int = Field(default=4, ge=1)

    @property
    def transfers(self) -> bool:
        """There is something to give to other skills."""
        return self.transfer and self.gain != "zero"

    @property
    def irt_files(self) -> tuple[IrtFile, ...]:
        """The filter, and the difficulties to begin with, come from the static fit."""
        return ("items", "irt_fit")
