"""What is asked of a model about other histories, on planted models whose answers are known."""

import numpy as np
import pandas as pd
import pytest

from glasskt.counterfactuals.flips import flips
from glasskt.counterfactuals.histories import ends, of_students, prefixes
from glasskt.counterfactuals.movement import movement
from glasskt.data.cohort import Cohort

SKILLS, SEEN = 4, 0.01


@pytest.fixture(scope="module")
def cohort():
    rng = np.random.default_rng(0)
    lengths = rng.integers(2, 15, 80)
    student = np.repeat(np.arange(80) + 1000, lengths)
    step = np.concatenate([np.arange(length) for length in lengths])
    table = pd.DataFrame({"student": student, "step": step, "skill": rng.integers(0, SKILLS, len(step))})
    return Cohort.from_table(table.assign(response=rng.integers(0, 2, len(step))), SKILLS)


def right_answers(cohort, *, weight=SEEN, leak=0.0, everywhere=0.0):
    """0.5 + weight * earlier right answers of the student to the same skill, + everywhere * to any, + leak * the response itself."""
    frame = pd.DataFrame({"student": cohort.student_of_row, "skill": cohort.skill, "right": cohort.response.astype(float)})
    own = frame.groupby(["student", "skill"])["right"].cumsum() - frame["right"]
    any_skill = frame.groupby("student")["right"].cumsum() - frame["right"]
    return {"p_before": (0.5 + weight * own + everywhere * any_skill + leak * frame["right"]).to_numpy()}


def asked(cohort, **model):
    def trace(other):
        return right_answers(other, **model)

    return flips(cohort, trace(cohort), trace)


def test_a_prefix_is_the_history_up_to_and_with_its_row(cohort):
    rows = np.array([5, 0, len(cohort) - 1])
    cut = prefixes(cohort, rows)
    for history, row in enumerate(rows):
        start = cohort.offsets[cohort.student_of_row[row]]
        own = slice(cut.offsets[history], cut.offsets[history + 1])
        assert cut.response[own].tolist() == cohort.response[start : row + 1].tolist()
        assert cut.skill[own].tolist() == cohort.skill[start : row + 1].tolist()
    assert ends(cut).tolist() == (np.cumsum(cut.lengths) - 1).tolist()


def test_some_students_of_a_cohort_keep_their_responses(cohort):
    some = of_students(cohort, np.array([3, 1]))
    assert some.students.tolist() == cohort.students[[3, 1]].tolist()
    assert some.response[: some.lengths[0]].tolist() == cohort.response[cohort.offsets[3] : cohort.offsets[4]].tolist()


def test_one_right_answer_counts_for_what_it_counts_and_nothing_leaks(cohort):
    found = asked(cohort)
    assert (found["if_right"] - found["if_wrong"]).to_numpy() == pytest.approx(SEEN)
    assert found["leak"].to_numpy() == pytest.approx(0)
    assert (found["flipped_step"] < found["step"]).all()
    truth = pd.DataFrame({"student": cohort.students[cohort.student_of_row], "step": cohort.step, "skill": cohort.skill})
    for step in ("step", "flipped_step"):  # both are practices of the skill that is asked
        keys = found[["student", step, "skill"]].rename(columns={step: "step"})
        assert len(keys.merge(truth)) == len(found)


def test_a_model_that_holds_right_answers_against_a_student_is_seen(cohort):
    found = asked(cohort, weight=-SEEN)
    assert (found["if_right"] < found["if_wrong"]).all()


def test_a_model_that_knows_its_own_response_leaks_at_every_row(cohort):
    found = asked(cohort, leak=0.3)
    assert found["leak"].to_numpy() == pytest.approx(0.3)


def test_a_model_that_knows_the_future_leaks(cohort):
    def trace(other):
        last = np.repeat(other.response[ends(other)], other.lengths)
        return {"p_before": 0.4 + 0.2 * last}

    found = flips(cohort, trace(cohort), trace)
    length = dict(zip(cohort.students.tolist(), cohort.lengths.tolist(), strict=True))
    cut_off = found["step"].to_numpy() < found["student"].map(length).to_numpy() - 1
    assert 0.3 < (found["leak"][cut_off] > 0).mean() < 0.7  # the last of the history is another one, half of the time with another response
    assert (found["leak"][~cut_off] > 0).all()


def test_only_the_practised_skill_moves_where_skills_are_apart(cohort):
    found = movement(cohort, lambda other: right_answers(other))
    assert found.groupby(["student", "step"]).size().eq(SKILLS).all()
    assert found.groupby(["student", "step"])["practised"].sum().eq(1).all()
    assert (found["after"] - found["before"])[~found["practised"]].to_numpy() == pytest.approx(0)
    right = found.merge(
        pd.DataFrame({"student": cohort.students[cohort.student_of_row], "step": cohort.step, "response": cohort.response})
    ).query("practised")
    assert (right["after"] - right["before"]).to_numpy() == pytest.approx(SEEN * right["response"].to_numpy())


def test_all_skills_move_where_an_ability_is_shared(cohort):
    found = movement(cohort, lambda other: right_answers(other, weight=0, everywhere=SEEN))
    moved = (found["after"] - found["before"]).abs() > SEEN / 2
    assert set(moved.groupby(found["student"]).sum()) <= {0, SKILLS}
    assert moved.any()


def test_students_who_never_practise_twice_are_not_asked():
    table = pd.DataFrame({"student": [1, 2], "step": [0, 0], "skill": [0, 1], "response": [1, 0]})
    alone = Cohort.from_table(table, 2)
    assert flips(alone, right_answers(alone), right_answers).empty
    assert movement(alone, right_answers).empty
