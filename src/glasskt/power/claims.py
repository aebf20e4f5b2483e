"""What planted models claim of simulated students: one that is the truth, one that knows the skills alone, and faulty ones.

No model is trained: a claim is a table of the quantities that a trained model would have stated, so that what a check says of it is due to
the check.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from glasskt.data.simulator import Simulation

Floats = NDArray[np.float64]
ROWS = 1000
"""Rows that are asked what another answer would have changed."""
SAMPLED = 20
"""Students whose gains of all skills are stated, and of each of whom one response is asked what it moves."""
PROBED = 60
NOISE = 8
"""Hidden states that mean nothing."""


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a model states: the tables that `Evidence` holds, `trajectories` with the columns of trajectories.parquet."""

    trajectories: pd.DataFrame
    gains: pd.DataFrame
    flips: pd.DataFrame
    movement: pd.DataFrame
    states: pd.DataFrame
    history: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class World:
    """One simulated test cohort: N responses with their truth.

    Attributes:
        rows: student, step, skill, response, theta (of the student), state (of the skill before), sorted.
        skills: skill, beta, gain_correct, gain_wrong.
        rng: For what is drawn.
    """

    rows: pd.DataFrame
    skills: pd.DataFrame
    rng: np.random.Generator

    @classmethod
    def of(cls, simulation: Simulation, seed: int) -> "World":
        """The test students of a simulation."""
        answers = simulation.responses.rename(columns={"order": "step"})
        rows = answers.merge(simulation.steps[["student", "step", "state_before"]], on=["student", "step"])
        rows = rows.merge(simulation.students, on="student").rename(columns={"state_before": "state"})
        test = rows.loc[rows["split"] == "test", ["student", "step", "skill", "response", "theta", "state"]]
        return cls(rows=test.reset_index(drop=True), skills=simulation.skills, rng=np.random.default_rng(seed))

    @cached_property
    def beta(self) -> Floats:
        """Difficulty of the practised skill, `(N,)`."""
        return self.skills["beta"].to_numpy(np.float64)[self.rows["skill"]]

    def gain(self, of: NDArray[np.intp] | None = None) -> Floats:
        """What each response adds to its skill, `(N,)`, where `of` says whose gains each skill has."""
        both = self.skills[["gain_wrong", "gain_correct"]].to_numpy(np.float64)
        own = np.arange(len(both)) if of is None else of
        return both[own[self.rows["skill"]], self.rows["response"]]


def truth(world: World) -> Claims:
    """A model that knows everything: it should pass whatever can be passed."""
    return _stated(world, world.rows["theta"].to_numpy(np.float64), world.rows["state"].to_numpy(np.float64), world.gain(), world.beta)


def permuted(world: World) -> Claims:
    """A model that knows how hard skills are and how far practice has come, and nothing of who answers: abilities and gains are others'."""
    students = world.rows["student"].unique()
    ability = world.rows.groupby("student")["theta"].first()
    swapped = pd.Series(world.rng.permutation(ability.to_numpy()), index=students)
    skills = world.rng.permutation(len(world.skills))
    gain = world.gain(skills)
    gained = pd.Series(gain).groupby([world.rows["student"], world.rows["skill"]]).cumsum().to_numpy() - gain
    mixed = world.skills["beta"].to_numpy(np.float64)[skills][world.rows["skill"]]
    claims = _stated(world, world.rows["student"].map(swapped).to_numpy(np.float64), gained, gain, mixed)
    blind = claims.states.copy()
    blind.iloc[:, 2:] = world.rng.standard_normal(blind.iloc[:, 2:].shape)
    return replace(claims, states=blind)


def uniform(world: World) -> Claims:
    """The truth, with one gain for all skills and both answers."""
    claims = truth(world)
    mean = float(claims.gains["gain"].mean())
    return replace(claims, trajectories=claims.trajectories.assign(gain=mean), gains=claims.gains.assign(gain=mean))


def leaky(world: World) -> Claims:
    """The truth, stating the after for the before."""
    claims = truth(world)
    rows = claims.trajectories
    moved = (rows["mastery_after"] - rows["mastery_before"]).abs().sample(len(claims.flips), random_state=0).to_numpy()
    return replace(claims, flips=claims.flips.assign(leak=moved))


def contrary(world: World) -> Claims:
    """The truth, with states that move by chance: practice and right answers lower them as often as not."""
    claims = truth(world)
    sign = np.where(world.rng.random(len(world.rows)) < 0.5, 1.0, -1.0)
    rows = claims.trajectories
    after = rows["mastery_before"] + sign * (rows["mastery_after"] - rows["mastery_before"])
    chance = np.where(world.rng.random(len(claims.flips)) < 0.5, 1.0, -1.0)
    effect = chance * (claims.flips["if_right"] - claims.flips["if_wrong"])
    return replace(
        claims,
        trajectories=rows.assign(mastery_after=after),
        flips=claims.flips.assign(if_right=claims.flips["if_wrong"] + effect),
    )


def everywhere(world: World) -> Claims:
    """The truth, with every response moving all skills alike."""
    claims = truth(world)
    step = (claims.movement["after"] - claims.movement["before"]).where(claims.movement["practised"]).groupby(claims.movement["student"])
    return replace(claims, movement=claims.movement.assign(after=claims.movement["before"] + step.transform("max")))


def diverged(world: World) -> Claims:
    """The truth, trained by a run that blew up."""
    claims = truth(world)
    return replace(claims, history=claims.history.assign(train_l_bce=[0.7, 0.6, 0.9, np.nan]))


WITHOUT: dict[str, tuple[Callable[[World], Claims], ...]] = {
    "gain_spread": (uniform, permuted),
    "gain_by_skill": (uniform, permuted),
    "gain_by_response": (uniform,),
    "no_leak": (leaky,),
    "response_monotonicity": (contrary,),
    "monotonicity": (contrary,),
    "skills_moved": (everywhere,),
    "finite_training": (diverged,),
}
"""Check -> the models that lack what it asks; of all others `permuted` does. Gains that are shuffled among skills differ as much as the
true ones: they lack not the spread but what a spread is taken to show."""


def _stated(world: World, theta: Floats, state: Floats, gain: Floats, beta: Floats) -> Claims:
    rows = world.rows
    before, after = expit(theta + state - beta), expit(theta + state + gain - beta)
    trajectories = rows[["student", "step", "skill", "response"]].assign(
        p_before=before,
        p_blackbox_before=np.nan,
        mastery_before=before,
        mastery_after=after,
        mastery_all_before=pd.Series(before).groupby(rows["student"]).cumsum().to_numpy() / (rows["step"] + 1),
        gain=gain,
        legacy_gain=np.nan,
        theta_before=theta,
        theta_after=theta,
        beta=beta,
    )
    return Claims(
        trajectories=trajectories,
        gains=_every_gain(world),
        flips=_flips(world, theta, state, beta),
        movement=_movement(world, trajectories),
        states=_states(world, theta, beta),
        history=pd.DataFrame({"epoch": [1, 2, 3, 4], "train_l_bce": [0.7, 0.6, 0.55, 0.54], "kept": [False, False, False, True]}),
    )


def _every_gain(world: World) -> pd.DataFrame:
    keys = world.rows[world.rows["student"].isin(world.rows["student"].unique()[:SAMPLED])]
    skills = world.skills
    of_response = skills[["gain_wrong", "gain_correct"]].to_numpy(np.float64).T  # (2, C)
    every = keys.loc[keys.index.repeat(len(skills)), ["student", "step"]].reset_index(drop=True)
    return every.assign(skill=np.tile(skills["skill"], len(keys)), gain=of_response[keys["response"]].ravel())


def _flips(world: World, theta: Floats, state: Floats, beta: Floats) -> pd.DataFrame:
    """One earlier answer to the same skill right instead of wrong: the state differs by the two gains."""
    rows = world.rows
    met = np.flatnonzero(rows.groupby(["student", "skill"]).cumcount() > 0)
    chosen = np.sort(world.rng.choice(met, min(ROWS, len(met)), replace=False))
    gains = world.skills[["gain_wrong", "gain_correct"]].to_numpy(np.float64)[rows["skill"].iloc[chosen]]
    logit = (theta + state - beta)[chosen]
    flips = rows.iloc[chosen][["student", "step", "skill"]].reset_index(drop=True)
    return flips.assign(if_wrong=expit(logit), if_right=expit(logit + np.maximum(gains[:, 1] - gains[:, 0], 0)), leak=0.0)


def _movement(world: World, trajectories: pd.DataFrame) -> pd.DataFrame:
    """One response of each sampled student moves its own skill."""
    last = trajectories.drop_duplicates("student", keep="last").iloc[:SAMPLED]
    n_skills = len(world.skills)
    asked = last.loc[last.index.repeat(n_skills)].reset_index(drop=True)
    skill = np.tile(np.arange(n_skills), len(last))
    practised = skill == asked["skill"].to_numpy()
    after = np.where(practised, asked["mastery_after"], asked["mastery_before"])
    return pd.DataFrame(
        {
            "student": asked["student"],
            "step": asked["step"],
            "skill": skill,
            "practised": practised,
            "before": asked["mastery_before"],
            "after": after,
        }
    )


def _states(world: World, theta: Floats, beta: Floats) -> pd.DataFrame:
    """Ability, the difficulty of the skill practised last, and noise."""
    rows = world.rows
    last = pd.Series(beta).groupby(rows["student"]).shift().fillna(0.0).to_numpy()
    columns = np.column_stack([theta, last, world.rng.standard_normal((len(rows), NOISE))])
    probed = rows["student"].isin(rows["student"].unique()[:PROBED]).to_numpy()
    names = [f"h{place}" for place in range(columns.shape[1])]
    return pd.concat([rows[["student", "step"]], pd.DataFrame(columns, columns=names)], axis=1)[probed].reset_index(drop=True)
