"""Sources of gains that make those of all skills at once; the practised ones are read off them."""

from torch import Tensor, nn


class EverySkill(nn.Module):
    """A source with `every`; what a subclass adds is how."""

    def every(self, value: Tensor, skills: Tensor) -> Tensor:
        """Gains of all skills from the value stream after each response, `(B, L, D)`, and its skills, `(B, L, M)` -> `(B, L, C)`."""
        raise NotImplementedError

    def forward(self, value: Tensor, skills: Tensor, response: Tensor) -> Tensor:
        """`(B, L, D)`, `(B, L, M)`, `(B, L)` -> gains of the practised skills, `(B, L, M)`."""
        return of_practised(self.every(value, skills), skills)


def of_practised(gains: Tensor, skills: Tensor) -> Tensor:
    """Those of the practised skills among all, `(B, L, C)`, `(B, L, M)` -> `(B, L, M)`; where a skill is absent, the first one's."""
    return gains.gather(-1, skills.clamp(min=0))
