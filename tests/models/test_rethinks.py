"""What the remedies of notes 001 and 002 promise, each by itself: closed forms, invariants, starts where they are said to be."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from numpy.testing import assert_allclose
from pydantic import ValidationError
from scipy.special import logit

from glasskt.data.batches import assemble
from glasskt.data.cohort import Cohort
from glasskt.errors import UserError
from glasskt.models.family import Targets, load_estimator, settings_class
from glasskt.models.gainakt3.discriminator import Discriminator, reversed_gradient
from glasskt.models.gainakt3.l_im import l_im
from glasskt.models.gainakt3.l_im_by_easiness import bands, l_im_of_band
from glasskt.models.gainakt3.projections.least_spread import spread_out
from glasskt.models.gainakt3.skill_similarity import SimilarityBias
from glasskt.models.parts.encoder.settings import EncoderSettings
from glasskt.models.parts.gain_losses.beta_prior import expected_rates
from glasskt.models.parts.gain_losses.gain_targets import targets
from glasskt.models.parts.gain_losses.triplet import MARGIN, triplet
from glasskt.models.parts.skill_table import ABSENT
from glasskt.training.objective import TensorBatch

BLOCKS = yaml.safe_load((Path(__file__).parents[2] / "params.yaml").read_text(encoding="utf-8"))["variants"]["gainakt3"]
C = 5


def network_of(name, **changes):
    torch.manual_seed(0)
    kind = BLOCKS[name].get("encoder", {}).get("kind", "lstm")
    block = BLOCKS[name] | {"encoder": {"kind": kind, "width": 8}} | changes
    return load_estimator("gainakt3", settings_class("gainakt3").model_validate(block), C).network().eval()


def cohort(responses):
    """One student for every list of (skill, response)."""
    rows = [(student, step, *pair) for student, pairs in enumerate(responses) for step, pair in enumerate(pairs)]
    return Cohort.from_table(pd.DataFrame(rows, columns=["student", "step", "skill", "response"]), C)


def drawn(seed=0, students=12, length=9):
    rng = np.random.default_rng(seed)
    return cohort([[(int(rng.integers(C)), int(rng.integers(2))) for _ in range(length)] for _ in range(students)])


def whole(students):
    return TensorBatch.of(assemble(students, np.arange(len(students.students))), torch.device("cpu"))


def gains_of(network, batch):
    with torch.no_grad():
        return network.every_gain(batch.skill, batch.response)  # (B, L, C)


def test_spread_out_gains_keep_their_order_and_no_sd_is_below_the_least():
    gains = torch.rand(200, 30, generator=torch.Generator().manual_seed(1), dtype=torch.float64) * torch.logspace(-4, 0, 200)[:, None]
    found = spread_out(gains, 0.25)
    assert (found.argsort(dim=-1) == gains.argsort(dim=-1)).all()
    assert found.std(dim=-1, correction=0).min().item() == pytest.approx(0.25, abs=1e-3)
    assert found.min() >= 0
    wide = gains.std(dim=-1, correction=0) > 0.25
    assert wide.any()
    assert_allclose(found[wide], gains[wide])


def test_the_constraint_holds_in_the_network():
    batch = whole(drawn())
    assert gains_of(network_of("rethink_least_sd"), batch).std(dim=-1, correction=0).min().item() >= 0.3 - 1e-3


def test_a_small_start_is_uniform_and_the_q_matrix_start_is_the_q_matrix():
    batch = whole(drawn())
    small, q_matrix = network_of("rethink_small"), network_of("rethink_q_matrix")
    assert small.gain.bias.abs().max() == 0
    assert small.gain.weight.std().item() == pytest.approx(0.01, rel=0.5)
    assert gains_of(small, batch).std(dim=-1).max() < 0.05
    with torch.no_grad():
        q_matrix.gain.projection.weight.zero_()
        q_matrix.gain.projection.bias.zero_()
    practised = torch.nn.functional.one_hot(batch.skill, C).bool()
    assert_allclose(gains_of(q_matrix, batch), torch.where(practised, 0.880797, 0.119203), atol=1e-5)  # sigmoid(+-2)


def test_skills_with_one_mixture_or_in_one_group_gain_alike():
    batch = whole(drawn())
    experts, groups = network_of("rethink_experts"), network_of("rethink_groups")
    with torch.no_grad():
        experts.gain.mixture[1] = experts.gain.mixture[0]
        groups.gain.membership[1] = groups.gain.membership[0]
        groups.gain.departure.weight.zero_()
        groups.gain.departure.bias.zero_()
    for network in (experts, groups):
        gains = gains_of(network, batch)
        assert_allclose(gains[..., 1], gains[..., 0], atol=1e-6)
        assert (gains[..., 2] - gains[..., 0]).abs().max() > 1e-3


def test_heads_share_nothing():
    network, batch = network_of("rethink_heads"), whole(drawn())
    network.every_gain(batch.skill, batch.response)[..., 2].sum().backward()
    for weight in network.gain.parameters():
        own = weight.grad.flatten(1) if weight.dim() > 1 else weight.grad[:, None]
        assert own.abs().amax(dim=1).nonzero().flatten().tolist() == [2]


def test_the_bias_of_attention_is_the_cosine_of_the_skills():
    torch.manual_seed(0)
    bias = SimilarityBias(EncoderSettings(kind="attention", width=8, heads=2), C, ())
    e = bias.skill.weight.detach().double()
    with torch.no_grad():
        bias.scale.copy_(torch.tensor([1.0, 3.0]))
        found = bias(torch.tensor([[4, 1, 4]]))[0]  # (H, T, T)
    order = [C, 4, 1, 4]  # the start token first
    cosine = torch.nn.functional.cosine_similarity(e[order][:, None], e[order][None], dim=-1)
    assert_allclose(found[0], cosine, atol=1e-6)
    assert_allclose(found[1], 3 * cosine, atol=1e-6)
    assert found[0, 1, 3].item() == pytest.approx(1)  # the same skill


def test_the_discriminator_pulls_gains_the_other_way_and_ignores_which_skill_has_which():
    values = torch.rand(2, 3, C, requires_grad=True)
    (reversed_gradient(values) * torch.arange(C)).sum().backward()
    assert_allclose(values.grad, -torch.arange(C).expand(2, 3, C))
    torch.manual_seed(0)
    discriminator = Discriminator(C)
    (one, reference), (other, _) = (discriminator(gains) for gains in (values, values[..., torch.randperm(C)]))
    assert one.shape == (2, 3)
    assert reference.shape == (256,)
    assert_allclose(one.detach(), other.detach(), atol=1e-6)


def test_a_discriminator_drives_uniform_gains_apart():
    torch.manual_seed(0)
    discriminator, logits = Discriminator(C), torch.nn.Parameter(0.01 * torch.randn(16, 1, C))
    optimizer = torch.optim.Adam([*discriminator.parameters(), logits], lr=0.02)
    for _ in range(150):
        of_gains, of_reference = discriminator(logits.sigmoid())
        loss = torch.nn.functional.softplus(of_gains).mean() + torch.nn.functional.softplus(-of_reference).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert logits.sigmoid().std(dim=-1).mean() > 0.15  # the reference has 0.29, the start 0.0025


def test_the_synthetic_targets_differ_evenly():
    pattern = targets(100).sort().values
    assert 0.1 <= pattern.min() < pattern.max() <= 0.9
    assert_allclose(pattern, torch.linspace(0.1, 0.9, 100), atol=0.02)
    assert abs(np.corrcoef(targets(100), np.arange(100))[0, 1]) < 0.1


def test_the_triplet_loss_by_hand():
    students = cohort([[(0, 0), (1, 0), (1, 1), (2, 1), (3, 1), (3, 1), (3, 0)]])  # rates 0, 1/2, 1, 2/3; skill 4 is absent
    batch = whole(students)
    means = torch.tensor([0.1, 0.4, 0.9, 0.2, 0.6], dtype=torch.float64)
    gains = means.expand(1, 7, C)
    order = [0, 1, 3, 2]
    m = means[order].tolist()
    triplets = [(0, 1, 2), (1, 2, 3), (2, 3, 0), (3, 2, 1)]  # of places in that order: anchor, neighbour, half of them away
    by_hand = np.mean([max(0, abs(m[a] - m[p]) - abs(m[a] - m[n]) + MARGIN) for a, p, n in triplets])
    assert triplet(gains, batch.response, batch.skill[..., None], batch.valid).item() == pytest.approx(by_hand)
    few = torch.where(batch.skill == 3, 0, batch.skill)
    assert triplet(gains, batch.response, few[..., None], batch.valid).item() == 0
    absent = torch.stack([batch.skill, torch.full_like(batch.skill, ABSENT)], dim=-1)
    assert triplet(gains, batch.response, absent, batch.valid).item() == pytest.approx(by_hand)


def test_learning_rates_begin_where_difficulties_expect_them_and_are_held_there():
    items = pd.DataFrame({"skill": [0, 1, 2, 4], "beta": [-2.0, -1.0, 0.0, np.nan]})  # one without a row, one without an estimate
    settings = settings_class("gainakt3").model_validate(
        BLOCKS["rethink_irt_beta"] | {"epochs": 1, "learning_rate": 0, "encoder": {"width": 8}}
    )
    estimator = load_estimator("gainakt3", settings, C)
    fit = estimator.fit(drawn(), drawn(1), Targets(items=items), seed=0, progress=lambda line: None)
    beta = np.log1p(np.exp(fit.weights["mastery.raw_beta"]))
    expected = expected_rates(torch.tensor([-2.0, -1.0, 0.0, -1.0, -1.0]), 2.5)
    assert_allclose(beta, expected, rtol=1e-4)
    assert beta[0] > beta[1] > beta[2]
    assert fit.history["train_l_beta_prior"][0] == pytest.approx(0, abs=1e-8)
    with pytest.raises(UserError, match=r"items\.parquet"):
        estimator.fit(drawn(), drawn(1), Targets(), seed=0, progress=lambda line: None)


def test_the_parts_of_l_im_add_up_and_the_easy_skills_are_the_easy_ones():
    students = cohort([[(s, int(k < right)) for s, right in enumerate((0, 1, 2, 3, 4)) for k in range(4)]])
    band = bands(students)
    assert band.tolist() == [2, 1, 1, 0, 0]
    batch = whole(drawn())
    output = network_of("v1")(batch.skill, batch.response)
    parts = [l_im_of_band(output.logit_before, batch.response, batch.valid, band[batch.skill] == k) for k in range(3)]
    assert sum(parts).item() == pytest.approx(l_im(output, batch.response, batch.valid, "next").item(), rel=1e-5)


def test_easy_skills_come_first():
    settings = settings_class("gainakt3").model_validate(BLOCKS["rethink_easy_first"])
    shares = np.linspace(0.1, 1, 10)
    easy, medium, hard = (
        [getattr(settings.weights, f"im_{band}").schedule()(share) for share in shares] for band in ("easy", "medium", "hard")
    )
    assert easy == [0.3] * 10
    assert (np.array(easy) >= medium).all()
    assert (np.array(medium) >= hard).all()
    assert sum(hard) < sum(medium) < sum(easy)
    assert medium[-1] == hard[-1] == 0.3
    assert "im" not in settings.weights.used


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"gain": "one", "least_gain_sd": 0.1}, "least_gain_sd"),
        ({"gain": "heads", "projection_sd": 0.01}, "projection_sd"),
        ({"skill_similarity": True}, "attention"),
        ({"gain": "scalar", "weights": {"triplet": 1}}, "one number a response"),
        ({"gain": "zero", "weights": {"beta_prior": 1}}, "weights.beta_prior out"),
        ({"gain": "zero", "weights": {"beta_spread": 1}}, "weights.beta_spread out"),
        ({"weights": {"im_easy": 1}}, "parts of im"),
    ],
)
def test_keys_that_do_not_fit_together_are_refused(wrong, match):
    with pytest.raises(ValidationError, match=match):
        settings_class("gainakt3").model_validate(wrong)


def test_an_mlp_begins_like_a_projection():
    gains = gains_of(network_of("rethink_mlp"), whole(drawn()))
    assert abs(logit(gains.double().numpy())).max() < 3
    assert gains.std() > 0.01


def test_every_remedy_is_described():
    text = (Path(__file__).parents[2] / "docs" / "rethinks.md").read_text(encoding="utf-8")
    names = [name for name in BLOCKS if name.startswith("rethink_") and "_half_" not in name]
    assert len(names) > 25
    assert [name for name in names if f"`{name.removesuffix('_warmup')}`" not in text] == []
