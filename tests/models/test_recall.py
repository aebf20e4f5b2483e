"""What the strong black box reads beside the state: the skill that is asked, and the state that its last response left."""

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from glasskt.models.dkt.network import Network
from glasskt.models.dkt.recall import recalled
from glasskt.models.dkt.settings import Settings
from glasskt.models.parts.encoder.lstm import LstmEncoder
from glasskt.models.parts.skill_table import ABSENT, members

GENERATOR = torch.Generator().manual_seed(0)
ONE = torch.randint(4, (3, 40, 1), generator=GENERATOR)
SEVERAL = members(4, ((0, 1), (1, 2, 3), (0, 3)))[torch.randint(7, (3, 40), generator=GENERATOR)]


def by_a_loop(skills: list[list[int]], states: Tensor) -> Tensor:
    """What a walk along one history finds, `(L, M)`, `(L, D)` -> `(L, D)`."""
    last: dict[int, Tensor] = {}
    found = []
    for step, asked in enumerate(skills):
        own = [skill for skill in asked if skill != ABSENT]
        found.append(torch.stack([last.get(skill, torch.zeros(states.shape[-1])) for skill in own]).mean(dim=0))
        last |= dict.fromkeys(own, states[step])
    return torch.stack(found)


@pytest.mark.parametrize("skills", [ONE, SEVERAL], ids=["one skill", "several"])
def test_what_is_recalled_is_what_a_walk_along_the_history_finds(skills: Tensor) -> None:
    states = torch.rand(3, 40, 6, generator=torch.Generator().manual_seed(1))
    assert_close(recalled(states, skills), torch.stack([by_a_loop(*pair) for pair in zip(skills.tolist(), states, strict=True)]))


def test_what_the_strong_variant_adds_draws_no_number_for_the_plain_one() -> None:
    settings = Settings()
    torch.manual_seed(0)
    plain = Network(settings, 5).state_dict()
    torch.manual_seed(0)
    encoder, outputs = LstmEncoder(settings.encoder, 5), nn.Linear(settings.encoder.width, 5)
    expected = [*encoder.state_dict().items(), *outputs.state_dict().items()]
    assert len(plain) == len(expected)
    for value, (_, own) in zip(plain.values(), expected, strict=True):
        assert torch.equal(value, own)
