"""The state space explained: terms and what each earlier response gives sum to the logit, for every form, on weights drawn at random."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from matplotlib import rc_context
from numpy.testing import assert_allclose
from scipy.special import logit

from glasskt.data.cohort import Cohort
from glasskt.explain.explanation import explain
from glasskt.explain.subject import Subject
from glasskt.explain.text import as_json, as_text, signed
from glasskt.models.family import load_estimator
from glasskt.models.statespace.contexts import Filter
from glasskt.models.statespace.contributions import PAST
from glasskt.models.statespace.settings import Settings
from glasskt.paper.figures import past, style, waterfall

SKILLS, STEPS = 4, 16
KNOWN = Filter(beta=np.array([-1.5, -0.8, -0.3, 0.5]), discrimination=np.ones(SKILLS), sigma=0.8, drift=0.01)
GAINS = ("learned", "zero", "one", "response")
FORMS = [{"monotone": monotone, "gain": gain} for monotone in (False, True) for gain in GAINS] + [{"evidence": False}, {"transfer": False}]
SUBJECT = Subject(
    dataset="made", fold=0, variant="statespace.free", seed=1, role="test", steps=STEPS, skills=tuple(f"skill{k}" for k in range(SKILLS))
)
RNG = np.random.default_rng(3)
STUDENT = Cohort(
    students=np.array(["someone"]),
    offsets=np.array([0, STEPS]),
    skill=np.array([0, 0, 1, 1, 1, 2, 0, 0, 3, 1, 1, 2, 2, 0, 1, 1]),
    response=(RNG.random(STEPS) < 0.6).astype(np.int8),
    n_skills=SKILLS,
)


COMBINATIONS = ((0, 1), (1, 2, 3))
OF_SEVERAL = replace(STUDENT, skill=np.array([0, 4, 1, 5, 1, 2, 4, 0, 5, 1, 3, 4, 2, 0, 5, 4]), combinations=COMBINATIONS)


def drawn(keys, combinations=()):
    """Settings, an estimator of them, and weights drawn at random, spread out so that every term matters."""
    settings = Settings.model_validate(keys)
    estimator = load_estimator("statespace", settings, SKILLS, combinations)
    torch.manual_seed(0)
    network = estimator.network()
    inputs = next(iter(network.gain.buffers()), torch.zeros(0))
    of_sets = [KNOWN.beta[list(skills)].mean() for skills in combinations]
    known = replace(KNOWN, beta=np.append(KNOWN.beta, of_sets), discrimination=np.ones(SKILLS + len(combinations)))
    network.start_at(known, torch.full_like(inputs, 0.5), torch.full_like(inputs, 8.0))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return settings, estimator, {name: value.numpy() for name, value in network.state_dict().items()}


@pytest.fixture(scope="module", params=FORMS, ids=str)
def form(request):
    return drawn(request.param)


def test_terms_sum_to_the_logit_their_parts_to_them_and_the_next_prediction_is_the_one_that_came(form):
    settings, estimator, weights = form
    p, given = estimator.trace(weights, STUDENT).quantities["p_before"], estimator.terms(weights, STUDENT)
    for step in (0, 3, 14, 15):
        found = explain("statespace", settings, weights, STUDENT, step)
        terms = {term.name: term for term in found.now.terms}
        assert found.now.logit == pytest.approx(logit(float(p[step])), abs=2e-6)
        assert sum(term.logit for term in terms.values()) == pytest.approx(found.now.logit, abs=1e-12)
        for name, values in given.items():
            assert (terms[name].logit if name in terms else 0.0) == pytest.approx(values[step], abs=1e-6)
        for name in terms.keys() & set(PAST):
            assert sum(part.logit for part in terms[name].parts) == pytest.approx(terms[name].logit, abs=1e-12)
        assert sum(one.logit for one in found.now.past) == pytest.approx(sum(terms[n].logit for n in terms.keys() & set(PAST)), abs=1e-9)
        if step in (3, 14):  # the skill is asked again
            assert found.after[found.response].p == pytest.approx(p[step + 1], abs=1e-6)
        for answer, after in found.after.items():
            assert sum(move.change for move in found.moved(answer)) == pytest.approx(after.logit - found.now.logit, abs=1e-6)
        if settings.monotone:
            assert found.after[1].p >= found.after[0].p


@pytest.mark.parametrize("keys", FORMS, ids=str)
def test_terms_of_a_response_to_several_skills_sum_to_its_logit_and_their_parts_to_them(keys):
    settings, estimator, weights = drawn(keys, COMBINATIONS)
    p = estimator.trace(weights, OF_SEVERAL).quantities["p_before"]
    for step in (0, 7, 14, 15):
        now = explain("statespace", settings, weights, OF_SEVERAL, step).now
        assert now.logit == pytest.approx(logit(float(p[step])), abs=2e-6)
        assert sum(term.logit for term in now.terms) == pytest.approx(now.logit, abs=1e-12)
        assert all(0 <= part.left <= 1 for term in now.terms for part in term.parts)
    at = [1, 3, 6, 8, 11, 14]  # both give to the skill that is asked at step 15 with skill 0, and one more
    shared = {part.step for term in now.terms if term.name == "practice" for part in term.parts}
    assert shared == ({0, 2, 4, 7, 9, 13} | set(at) if settings.gain != "zero" else set())


def test_a_form_has_the_terms_of_its_equation_and_no_others(form):
    settings, _, weights = form
    names = [term.name for term in explain("statespace", settings, weights, STUDENT, 5).now.terms]
    parts = {"practice": settings.gain != "zero", "evidence": settings.evidence, "transfer": settings.transfers}
    assert names == ["skill", "theta", *(name for name, there in parts.items() if there)]


def test_the_past_is_every_earlier_response_as_the_model_gives_account_of_it(form):
    settings, estimator, weights = form
    past, table = explain("statespace", settings, weights, STUDENT, 15).now.past, estimator.past(weights, STUDENT, 15).set_index("step")
    own = STUDENT.skill[:15] == STUDENT.skill[15]
    has_own = settings.gain != "zero" or settings.evidence
    assert [one.step for one in past] == np.flatnonzero(own * has_own + ~own * settings.transfers).tolist()
    for one in past:
        assert (one.skill, one.response) == tuple(table.loc[one.step, ["skill", "response"]].astype(int))
        assert set(one.gives) <= ({"practice", "evidence"} if own[one.step] else {"transfer"})
        assert_allclose(list(one.gives.values()), [table.loc[one.step, name] for name in one.gives], atol=1e-9)


def test_what_is_left_is_the_share_of_the_gain_that_the_response_gave(form):
    settings, estimator, weights = form
    gain = estimator.trace(weights, STUDENT).quantities["gain"]
    now = explain("statespace", settings, weights, STUDENT, 15).now
    for one in now.past:
        assert 0 < one.left <= 1
        if "practice" in one.gives:
            assert one.gives["practice"] == pytest.approx(one.left * gain[one.step], rel=1e-5, abs=1e-9)
    # what each skill would be given, faded, is what each response to another skill still gives
    if settings.gain == "learned" and settings.transfers:
        every = estimator.trace(weights, STUDENT).gains.query(f"skill == {STUDENT.skill[15]}").set_index("step")["gain"]
        for one in now.past:
            if "transfer" in one.gives:
                assert one.gives["transfer"] == pytest.approx(one.left * every[one.step], rel=1e-5, abs=1e-9)


def test_a_move_is_what_the_answer_gives_and_what_fades(form):
    settings, _, weights = form
    found = explain("statespace", settings, weights, STUDENT, 14)
    for answer in (0, 1):
        for move in found.moved(answer):
            new = [part.logit for part in move.after.parts if part.step == 14]
            assert move.new == pytest.approx(sum(new), abs=1e-12)
            assert len(new) == (move.term.name in ("practice", "evidence"))


def test_text_and_json_list_the_past_with_its_sums():
    settings, _, weights = drawn({})
    found = explain("statespace", settings, weights, STUDENT, 15)
    lines = as_text(found, SUBJECT, every=True).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("Past practice"))
    rows = [line.split() for line in lines[start + 4 : start + 4 + 15]]
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (str(one.step), f"skill{one.skill}", "right" if one.response else "wrong") for one in found.now.past
    ]
    assert [row[-1] for row in rows] == [signed(one.logit) for one in found.now.past]
    total = lines[start + 4 + 15].split()
    assert total[:2] == ["all", "15"]
    assert total[-1] == signed(found.now.logit - sum(term.logit for term in found.now.terms[:2]))
    short = as_text(found, SUBJECT)
    assert "3 others" in short
    assert "new, " in short
    said = json.loads(as_json(found, SUBJECT))["now"]
    for term in said["terms"]:
        assert not term["parts"] or sum(part["logit"] for part in term["parts"]) == pytest.approx(term["logit"], abs=1e-12)
    assert {part["skill"] for term in said["terms"] for part in term["parts"]} == {f"skill{k}" for k in range(SKILLS)}


@pytest.mark.parametrize("answers", ["0" * STEPS, "1" * STEPS, "01" * (STEPS // 2)])
def test_the_past_is_drawn_whatever_the_answers_were_and_every_bar_ends_where_its_sum_does(answers, monkeypatch):
    monkeypatch.setattr(past, "SHOWN", 10)
    settings, _, weights = drawn({})
    student = replace(STUDENT, response=np.array(list(answers), np.int8))
    for step, panels, shown in ((0, 1, 0), (1, 2, 1), (15, 2, 10)):
        found = explain("statespace", settings, weights, student, step)
        with rc_context(style.look()):
            figure = waterfall.draw(found, SUBJECT)
            figure.canvas.draw()
        assert len(figure.axes) == panels
        if shown:
            heights = np.array([[bar.get_height() for bar in bars] for bars in figure.axes[1].containers])  # (3, shown)
            largest = sorted(found.now.past, key=lambda one: -abs(one.logit))[:shown]
            assert_allclose(heights.sum(axis=0), [one.logit for one in sorted(largest, key=lambda one: one.step)], atol=1e-9)
            assert ("5 others give" in figure.axes[1].get_xlabel()) == (step == 15)
