"""What the strong black box reads beside the state: the skill that is asked, and its own state at that skill's last practice."""

import torch
from torch import nn
from torch.testing import assert_close

from glasskt.models.dkt.network import Network
from glasskt.models.dkt.recall import last_practice, recalled
from glasskt.models.dkt.settings import Settings
from glasskt.models.parts.encoder.lstm import LstmEncoder

SKILL = torch.randint(4, (3, 40), generator=torch.Generator().manual_seed(0))


def by_a_loop(skill: list[int]) -> list[int]:
    last: dict[int, int] = {}
    found = []
    for step, asked in enumerate(skill):
        found.append(last.get(asked, 0))
        last[asked] = step + 1
    return found


def test_the_last_practice_is_the_one_that_a_walk_along_the_history_finds() -> None:
    assert last_practice(SKILL).tolist() == [by_a_loop(row) for row in SKILL.tolist()]


def test_recalled_is_the_state_right_after_the_last_practice_and_else_the_first_state() -> None:
    states = torch.rand(3, 41, 6, generator=torch.Generator().manual_seed(1))
    found = recalled(states, SKILL)
    for row, skills in enumerate(SKILL.tolist()):
        for step, place in enumerate(by_a_loop(skills)):
            assert_close(found[row, step], states[row, place])


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
