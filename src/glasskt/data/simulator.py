"""Simulated students whose truth is known: ability, difficulty and learning behind every response.

Student i has a general ability theta_i ~ N(0, theta_sd^2), skill k a difficulty beta_k ~ N(beta_mean, beta_sd^2) and positive gains,
log-normal over skills with means gain_correct and gain_wrong. The response to skill k is correct with probability

    p = sigmoid(theta_i + state_ik - beta_k),

where state_ik starts at 0 and each practice of skill k adds the skill's gain for that response: an additive factors model with ability
(Cen et al. 2006), with gains apart for successes and failures (Pavlik et al. 2009).

A student practises skills in runs, new ones in an order of their own, or one met before. A run ends after `mastery_stop` correct
responses in a row, as in an ASSISTments skill builder, or has a length that does not depend on the responses.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from glasskt.data.catalogue import Columns, Simulated
from glasskt.data.splits import TEST, divide

COLUMNS = Columns(order="order", fold="fold", split="split")
"""How the long reader reads `Simulation.responses`."""


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """A data set and its truth.

    Attributes:
        responses: student, skill, response, order, fold (empty for test), split; one row per response.
        steps: student, step, theta_before, state_before (of the practised skill), p; one row per response; logits, p a probability.
        skills: skill, beta, gain_correct, gain_wrong; one row per skill, logits.
        students: student, theta; one row per student, logits.
    """

    responses: pd.DataFrame
    steps: pd.DataFrame
    skills: pd.DataFrame
    students: pd.DataFrame


def simulate(settings: Simulated) -> Simulation:
    """Draw students, skills and responses; the same settings give the same numbers."""
    # a stream for each purpose: more students leave the skills as they are
    of_skills, of_students, of_runs, of_responses = (np.random.default_rng([settings.seed, purpose]) for purpose in range(4))
    skills = _skills(settings, of_skills)
    students = pd.DataFrame(
        {"student": np.arange(1, settings.students + 1), "theta": settings.theta_sd * of_students.standard_normal(settings.students)}
    )
    rows = [
        (student, step, *row)
        for student, theta in zip(students["student"].tolist(), students["theta"].tolist(), strict=True)
        for step, row in enumerate(_practice(settings, theta, skills, of_runs, of_responses))
    ]
    table = pd.DataFrame(rows, columns=["student", "step", "skill", "response", "theta_before", "state_before", "p"])
    return Simulation(
        responses=_responses(settings, table),
        steps=table[["student", "step", "theta_before", "state_before", "p"]].astype({"step": np.int32}),
        skills=skills,
        students=students,
    )


def _skills(settings: Simulated, rng: Generator) -> pd.DataFrame:
    beta, correct, wrong = rng.standard_normal((3, settings.skills))
    gain_correct = settings.gain_correct * _log_normal_of_mean_1(correct, settings.gain_spread)
    gain_wrong = gain_correct if settings.gain_wrong is None else settings.gain_wrong * _log_normal_of_mean_1(wrong, settings.gain_spread)
    return pd.DataFrame(
        {
            "skill": np.arange(settings.skills, dtype=np.int32),
            "beta": settings.beta_mean + settings.beta_sd * beta,
            "gain_correct": gain_correct,
            "gain_wrong": gain_wrong,
        }
    )


def _log_normal_of_mean_1(z: NDArray[np.float64], sd: float) -> NDArray[np.float64]:
    drawn: NDArray[np.float64] = np.exp(sd * z - sd**2 / 2)
    return drawn


def _practice(
    settings: Simulated, theta: float, skills: pd.DataFrame, of_runs: Generator, of_responses: Generator
) -> Iterator[tuple[int, int, float, float, float]]:
    """One student's rows: skill, response, theta_before, state_before, p."""
    beta, after_wrong, after_correct = (skills[column].tolist() for column in ("beta", "gain_wrong", "gain_correct"))
    state = [0.0] * settings.skills
    for skill in _visited(settings, of_runs):
        planned = _planned_length(settings, of_runs)
        streak = 0
        for _ in range(planned):
            before = state[skill]
            p = 1 / (1 + math.exp(-(theta + before - beta[skill])))
            response = int(of_responses.random() < p)
            yield skill, response, theta, before, p
            state[skill] += after_correct[skill] if response else after_wrong[skill]
            streak = streak + 1 if response else 0
            if streak == settings.mastery_stop:
                break


def _visited(settings: Simulated, rng: Generator) -> Iterator[int]:
    """The skill of each run of one student; two runs in a row never practise the same skill."""
    new = rng.permutation(settings.skills).tolist()
    met: list[int] = []
    for _ in range(rng.geometric(1 / settings.visits)):
        if len(met) < 2 or (new and rng.random() >= settings.revisit):
            met.append(new.pop())
        else:
            back = int(rng.integers(len(met) - 1))  # any but the last
            met.append(met.pop(back))
        yield met[-1]


def _planned_length(settings: Simulated, rng: Generator) -> int:
    if settings.mastery_stop is not None:
        return settings.max_run
    length = settings.run_length if settings.run_lengths == "fixed" else int(rng.geometric(1 / settings.run_length))
    return min(length, settings.max_run)


def _responses(settings: Simulated, table: pd.DataFrame) -> pd.DataFrame:
    fold_of_student = divide(settings.students, folds=settings.folds, test_share=settings.test_share, seed=settings.seed)
    fold = fold_of_student[table["student"].to_numpy() - 1]
    return pd.DataFrame(
        {
            "student": table["student"],
            "skill": table["skill"],
            "response": table["response"],
            "order": table["step"],
            "fold": pd.arrays.IntegerArray(fold, fold == TEST),
            "split": np.where(fold == TEST, "test", "train_valid"),
        }
    )
