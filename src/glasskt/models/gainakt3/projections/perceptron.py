"""An MLP in place of the linear projection: more room for patterns of a skill.

    gain = sigmoid( W2 relu(W1 value) ),   W1 (D, D), W2 (C, D), dropout 0.1 between

Source: note 001, option 1.
"""

from torch import Tensor

from glasskt.models.gainakt3.projections.every_skill import EverySkill
from glasskt.models.parts.perceptron import Perceptron

DROPOUT = 0.1


class PerceptronGains(EverySkill):
    """Value -> hidden layer of the same width -> all skills."""

    def __init__(self, width: int, n_skills: int) -> None:
        super().__init__()
        self.layers = Perceptron(width, width, DROPOUT, n_skills)

    def every(self, value: Tensor, skills: Tensor) -> Tensor:
        """As `EverySkill.every`."""
        logits: Tensor = self.layers(value)  # (B, L, C)
        return logits.sigmoid()
