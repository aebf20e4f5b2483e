"""The simulator does what its docstring says, so that its truth can judge models."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from glasskt.data.catalogue import Simulated
from glasskt.data.simulator import simulate
from glasskt.errors import UserError
from glasskt.stages import preprocess
from glasskt.stages import simulate as stage


def block(**settings) -> dict:
    return {"format": "simulated", "students": 200, "skills": 8} | settings


def simulated(**settings):
    return simulate(Simulated.model_validate(block(**settings)))


def runs_of(responses: pd.DataFrame) -> list[list[int]]:
    """The responses of every run: consecutive rows of one student and skill."""
    changed = responses[["student", "skill"]].ne(responses[["student", "skill"]].shift()).any(axis=1).cumsum()
    return [run.tolist() for _, run in responses.groupby(changed)["response"]]


@pytest.fixture(scope="module")
def default():
    return simulate(Simulated(format="simulated"))


def test_first_attempts_succeed_as_often_as_the_truth_says(default):
    first = ~default.responses.duplicated(["student", "skill"]).to_numpy()
    assert np.all(default.steps["state_before"].to_numpy()[first] == 0)
    skill = default.responses["skill"].to_numpy()[first]
    response, p = default.responses["response"].to_numpy()[first], default.steps["p"].to_numpy()[first]
    surplus, variance = np.bincount(skill, response - p), np.bincount(skill, p * (1 - p))
    z = surplus / np.sqrt(variance)
    assert len(z) == 20
    assert np.abs(z).max() < 3.7  # 20 standard normal values stay below with probability 0.996
    assert abs(z.sum()) / np.sqrt(len(z)) < 3


def test_p_is_the_rasch_model_of_ability_state_and_difficulty(default):
    skill, student = default.responses["skill"], default.responses["student"]
    beta = default.skills["beta"].to_numpy()[skill]
    theta = default.students.set_index("student")["theta"].loc[student].to_numpy()
    np.testing.assert_allclose(default.steps["p"], 1 / (1 + np.exp(-(theta + default.steps["state_before"] - beta))))
    np.testing.assert_array_equal(default.steps["theta_before"], theta)


def test_each_practice_adds_the_gain_of_its_skill_and_response(default):
    responses, skills = default.responses, default.skills
    gain = np.where(
        responses["response"] == 1,
        skills["gain_correct"].to_numpy()[responses["skill"]],
        skills["gain_wrong"].to_numpy()[responses["skill"]],
    )
    practised = pd.Series(gain).groupby([responses["student"], responses["skill"]]).cumsum() - gain
    np.testing.assert_allclose(default.steps["state_before"], practised, atol=1e-9)
    assert (skills[["gain_correct", "gain_wrong"]] > 0).all(axis=None)


def test_the_default_data_set_is_like_real_logs(default):
    assert 0.65 < default.responses["response"].mean() < 0.75
    lengths = default.responses.groupby("student").size()
    assert lengths.min() >= 3
    assert lengths.std() > 0.5 * lengths.mean()
    attempt = default.responses.groupby(["student", "skill"]).cumcount()
    assert default.responses["response"][attempt == 0].mean() < default.steps["p"].mean()  # practice helps


@pytest.mark.parametrize(("stop", "longest"), [(3, 15), (2, 4), (1, 1)])
def test_a_run_ends_at_mastery_or_at_its_greatest_length(stop, longest):
    for run in runs_of(simulated(mastery_stop=stop, max_run=longest).responses):
        mastered = [all(run[end - stop : end]) for end in range(stop, len(run) + 1)]
        assert not any(mastered[:-1])
        assert mastered[-1:] == [True] or len(run) == longest


def test_runs_without_a_mastery_stop_have_lengths_of_their_own():
    fixed = runs_of(simulated(mastery_stop=None, run_lengths="fixed", run_length=4).responses)
    assert {len(run) for run in fixed} == {4}
    geometric = [len(run) for run in runs_of(simulated(mastery_stop=None, run_length=4, max_run=1000).responses)]
    assert np.mean(geometric) == pytest.approx(4, abs=4 * np.sqrt(12 / len(geometric)))  # variance of the law: (1 - p) / p^2 = 12


def test_skills_met_before_come_back_only_if_asked_for():
    def revisits(share: float) -> int:
        responses = simulated(revisit=share, skills=50, visits=5).responses
        runs = [key for key, _ in pairwise([*responses[["student", "skill"]].itertuples(index=False, name=None), None]) if key != _]
        return len(runs) - len(set(runs))

    assert revisits(0.0) == 0
    assert revisits(0.5) > 100


def test_other_students_leave_the_skills_as_they_are():
    pd.testing.assert_frame_equal(simulated().skills, simulated(students=300).skills)


def test_without_a_gain_of_its_own_a_wrong_response_teaches_as_a_correct_one():
    skills = simulated(gain_wrong=None).skills
    np.testing.assert_array_equal(skills["gain_wrong"], skills["gain_correct"])


def written(folder, **settings) -> dict[str, bytes]:
    outputs = {name: folder / name for name in ("responses", "truth_steps", "truth_skills", "truth_students")}
    stage.run(parameters={"datasets.toy": block(**settings)}, dataset="toy", **outputs)
    return {name: path.read_bytes() for name, path in outputs.items()}


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    first, again, other = written(tmp_path / "a"), written(tmp_path / "b"), written(tmp_path / "c", seed=1)
    assert first == again
    assert all(first[name] != other[name] for name in first)


def test_preprocess_keeps_skills_steps_and_splits_of_a_simulation(tmp_path):
    parameters = {"datasets.toy": block(skills=400)}  # so many that some are practised by test students only
    raw, truth = tmp_path / "responses.csv", tmp_path / "steps.parquet"
    stage.run(
        parameters=parameters, dataset="toy", responses=raw, truth_steps=truth, truth_skills=tmp_path / "k", truth_students=tmp_path / "s"
    )
    preprocess.run(parameters=parameters, dataset="toy", raw=[raw], interactions=tmp_path / "i.parquet", facts=tmp_path / "f.json")
    table, responses = pd.read_parquet(tmp_path / "i.parquet"), pd.read_csv(raw)
    for column, source in (("student", "student"), ("step", "order"), ("skill", "skill"), ("response", "response"), ("split", "split")):
        np.testing.assert_array_equal(table[column], responses[source])
    np.testing.assert_array_equal(table["fold"].fillna(-1), responses["fold"].fillna(-1))
    pd.testing.assert_frame_equal(table[["student", "step"]], pd.read_parquet(truth)[["student", "step"]])


def test_only_simulated_data_sets_are_simulated(tmp_path):
    outputs = {name: tmp_path / name for name in ("responses", "truth_steps", "truth_skills", "truth_students")}
    with pytest.raises(UserError, match="use format: simulated"):
        stage.run(parameters={"datasets.own": {"format": "pykt", "skills": 3}}, dataset="own", **outputs)
    assert not list(tmp_path.iterdir())
