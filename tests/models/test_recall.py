"""What the strong black box reads beside the state: the skill that is asked, and the state that its last response left."""

import torch
from torch import nn
from torch.testing import assert_close

from glasskt.models.dkt.network import Network
from glasskt.models.dkt.recall import recalled
from glasskt.models.dkt.settings import Settings
from glasskt.models.parts.encoder.lstm import LstmEncoder

SKILL = torch.randint(4, (3, 40), generator=torch.Generator().manual_seed(0))


def by_a_loop(skill: list[int]) -> list[int | None]:
    last: dict[int, int] = {}
    found = []
    for step, asked in enumerate(skill):
        found.append(last.get(asked))
        last[asked] = step
    return found


def test_what_is_recalled_is_what_a_walk_along_the_history_finds() -> None:
    states = torch.rand(3, 40, 6, generator=torch.Generator().manual_seed(1))
    found = recalled(states, SKILL)
    for row, skills in enumerate(SKILL.tolist()):
        for step, place in enumerate(by_a_loop(skills)):
            assert_close(found[row, step], torch.zeros(6) if place is None else states[row, place])


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
