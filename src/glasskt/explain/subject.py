"""Who is explained, and by which run: what an explanation is headed with."""

from dataclasses import dataclass

ROLES = {
    "test": "test",
    "validation": "validation",
    "training": "learned from: the model was fitted to these very answers",
}
"""What a student is to a run, in words."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A student and a run.

    Attributes:
        dataset: Name.
        fold: Of the run.
        variant: `family.name`.
        seed: Of the run.
        role: One of `ROLES`.
        steps: Responses of the student.
        skills: Names of the skills by index; combinations come after them.
    """

    dataset: str
    fold: int
    variant: str
    seed: int
    role: str
    steps: int
    skills: tuple[str, ...]

    @property
    def run(self) -> str:
        """The run in words."""
        return f"{self.variant}, {self.dataset}, fold {self.fold}, seed {self.seed}"
