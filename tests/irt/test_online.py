"""One student online: equality with the batch filters, immutability, the command's answers and refusals."""

import json
import re
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from two_level_students import draw, parameters

from glasskt.cli import cli
from glasskt.errors import UserError
from glasskt.irt import gaussian_filter, online
from glasskt.irt.follow import follow
from glasskt.irt.two_level_filter import track

TRUTH = parameters(6)
COHORT = draw(TRUTH, students=20)
ONE_LEVEL = online.general_only(TRUTH.beta, 0.8, 0.01)
NAMES = ["a", "b", "fractions, mixed", "d", "e", "f"]


def responses(student):
    rows = slice(COHORT.offsets[student], COHORT.offsets[student + 1])
    return zip(range(rows.start, rows.stop), COHORT.skill[rows].tolist(), COHORT.response[rows].tolist(), strict=True)


@pytest.mark.parametrize("student", range(20))
def test_every_state_is_that_of_the_batch_filter(student):
    batch, state = track(COHORT, TRUTH), online.start(TRUTH)
    for row, skill, response in responses(student):
        assert online.mastery(state, skill).p == pytest.approx(batch.p_before[row], abs=1e-9)
        state = online.update(state, skill, response)
        found = online.mastery(state, skill)
        assert found.p == pytest.approx(batch.p_after[row], abs=1e-9)
        assert state.mean[0] == pytest.approx(batch.general_after[row], abs=1e-9)
        reach = online.NORMAL_95 * batch.level_after_sd[row]
        assert (found.low, found.high) == pytest.approx(
            (expit(batch.level_after[row] - reach), expit(batch.level_after[row] + reach)), abs=1e-9
        )


@pytest.mark.parametrize("student", range(5))
def test_with_one_level_it_is_the_gaussian_filter(student):
    batch, state = gaussian_filter.track(COHORT, TRUTH.beta, 0.8, 0.01), online.start(ONE_LEVEL)
    for row, skill, response in responses(student):
        assert state.mean[0] == pytest.approx(batch.theta_before[row], abs=1e-9)
        assert online.mastery(state, skill).p == pytest.approx(batch.p_before[row], abs=1e-9)
        state = online.update(state, skill, response)


def test_a_state_is_never_changed():
    state = online.update(online.start(TRUTH), 2, 1)
    kept = state.mean.copy(), state.covariance.copy()
    online.update(state, 2, 0)
    online.update(state, 4, 1)
    online.mastery(state, 5)
    np.testing.assert_array_equal(state.mean, kept[0])
    np.testing.assert_array_equal(state.covariance, kept[1])
    assert state.skills == (2,)


def test_a_correct_response_leaves_more_mastery_than_a_wrong_one_everywhere():
    evidence_only = replace(TRUTH, learning=np.zeros((6, 2)))
    state = online.update(online.start(evidence_only), 0, 1)
    for asked in range(6):
        right, wrong = (online.mastery(online.update(state, 3, response), asked).p for response in (1, 0))
        assert right > wrong


@pytest.mark.parametrize(("skill", "response", "words"), [(6, 1, "skill 6 .* 0 to 5"), (-1, 1, "skill -1"), (0, 2, "response 2")])
def test_what_is_not_a_response_is_refused(skill, response, words):
    with pytest.raises(UserError, match=words):
        online.update(online.start(TRUTH), skill, response)


def test_every_line_is_answered_and_interval_holds_mastery():
    said = []
    follow(TRUTH, NAMES, ["skill,response\n", "a,1\n", "\n", " a , 0\n", "fractions, mixed,1\n"], said.append)
    assert said[0] == "skill,response,mastery,low,high"
    assert [line.rsplit(",", 3)[0] for line in said[1:]] == ["a,1", "a,0", "fractions, mixed,1"]
    for line in said[1:]:
        p, low, high = map(float, line.split(",")[-3:])
        assert 0 <= low < p < high <= 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a;1", "is not skill,response"),
        ("a,2", "response '2'"),
        ("a,", "response ''"),
        ("z,1", "no skill 'z'"),
        ("skill,response", "response"),
    ],
)
def test_a_bad_line_is_named_in_one_line(line, words):
    with pytest.raises(UserError, match=f"line 2: .*{words}") as raised:
        follow(TRUTH, NAMES, ["a,1", line], lambda said: None)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(("lines", "answered"), [(["z,1"], 0), (["skill,response", "", "a,2"], 0), (["a,1", "z,1"], 2), ([], 1)])
def test_nothing_is_said_before_a_first_line_that_is_refused(lines, answered):
    said = []
    with suppress(UserError):
        follow(TRUTH, NAMES, lines, said.append)
    assert len(said) == answered


@given(st.lists(st.text(max_size=12), max_size=5))
def test_any_text_is_answered_or_refused_in_one_line(lines):
    assert re.fullmatch(r"(line .*)?", refusal(lines))


def refusal(lines):
    """The message, or nothing where the lines are answered."""
    try:
        follow(TRUTH, NAMES, lines, lambda said: None)
    except UserError as error:
        return str(error)
    return ""


@pytest.fixture
def files(tmp_path):
    pd.DataFrame({"skill": range(6), "beta": TRUTH.beta}).to_parquet(tmp_path / "items.parquet", index=False)
    (tmp_path / "fit.json").write_text(json.dumps({"sigma": 0.8}))
    (tmp_path / "tracking.json").write_text(json.dumps({"levels": 1, "drift_variance": 0.01}))
    (tmp_path / "dataset.json").write_text(json.dumps({"skill_names": NAMES}))
    flags = {"items": "items.parquet", "irt-fit": "fit.json", "tracking": "tracking.json", "facts": "dataset.json"}
    return [word for flag, name in flags.items() for word in (f"--{flag}", str(tmp_path / name))]


def test_the_command_reads_what_the_stages_wrote(files):
    done = CliRunner().invoke(cli, ["follow", *files], input="skill,response\nb,1\nb,0\n", catch_exceptions=False)
    state = online.update(online.start(ONE_LEVEL), 1, 1)
    first, second = (online.mastery(s, 1) for s in (state, online.update(state, 1, 0)))
    expected = [f"b,{r},{m.p:.4f},{m.low:.4f},{m.high:.4f}" for r, m in ((1, first), (0, second))]
    assert done.stdout.splitlines()[1:] == expected


def test_the_command_names_a_file_that_is_not_there_and_its_maker(files):
    with pytest.raises(UserError, match=r"none\.json: no such file. It is an output of glasskt track-ability"):
        CliRunner().invoke(cli, ["follow", *files, "--tracking", "none.json"], catch_exceptions=False, standalone_mode=False)


def test_the_command_refuses_a_two_parameter_fit(files, tmp_path):
    items = tmp_path / "items.parquet"
    pd.read_parquet(items).assign(discrimination=1.2).to_parquet(items, index=False)
    with pytest.raises(UserError, match=r"items\.parquet: a two-parameter fit"):
        CliRunner().invoke(cli, ["follow", *files], catch_exceptions=False, standalone_mode=False)
