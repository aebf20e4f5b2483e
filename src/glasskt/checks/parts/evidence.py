"""What checks read: scored rows of students that the model did not learn from, with its inner quantities and what they are held against."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype, is_numeric_dtype

from glasskt.compare.bootstrap import Clusters, Floats
from glasskt.errors import UserError

PATHS = ("p_before", "p_blackbox_before")
"""Columns of predictions: the path that is judged, and the one beside it that some families have."""
_GAINS = ["gain_correct", "gain_wrong"]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Scored rows, one per response.

    Attributes:
        rows: student, step, skill (of several together the index of their combination), alone (the response practises one skill), response
            and the columns of trajectories.parquet; beside them, where joined: theta_irt (static EAP), beta_irt,
            p_irt = sigmoid(a (theta_irt - beta_irt)), theta_irt_before and p_irt_before (Bayes filter), theta_true, state_true, beta_true
            (the simulator's). Logits; probabilities for p and mastery.
        gains: Rows of gains.parquet: the gains of all C skills of sampled students.
        flips: Rows of flips.parquet: what the model would have said had one answer been another.
        movement: Rows of movement.parquet: the states of many skills before and after a response.
        states: Rows of states.parquet: hidden states of sampled students.
        history: Rows of history.csv up to the end of training, an epoch each; `kept` marks the one that the model is.

    What a run does not have is None.
    """

    rows: pd.DataFrame
    gains: pd.DataFrame | None = None
    flips: pd.DataFrame | None = None
    movement: pd.DataFrame | None = None
    states: pd.DataFrame | None = None
    history: pd.DataFrame | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, column: str) -> Floats:
        """A column, `(N,)`; NaN where it is null."""
        return self.rows[column].to_numpy(np.float64)

    @cached_property
    def students(self) -> Clusters:
        """Students as clusters of rows."""
        return Clusters.of(self.rows["student"].to_numpy())

    def complete(self, columns: Sequence[str]) -> "Evidence":
        """The rows in which all of `columns` are known; none where one of them is absent."""
        if any(column not in self.rows for column in columns):
            return Evidence(rows=self.rows.iloc[:0])
        known = np.logical_and.reduce([np.isfinite(self[column]) for column in columns])
        return self if known.all() else replace(self, rows=self.rows[known])

    @cached_property
    def has_glass_path(self) -> bool:
        """The judged path is not the black box itself, as it is where inner quantities stand beside a head that predicts."""
        return PATHS[1] not in self.rows or not np.array_equal(self[PATHS[0]], self[PATHS[1]])

    def by_student(self) -> "Evidence":
        """One row per student: means over the student's rows."""
        return Evidence(rows=self.rows.groupby("student", sort=False).mean(numeric_only=True).reset_index())

    def last(self) -> "Evidence":
        """One row per student: the last."""
        return Evidence(rows=self.rows.drop_duplicates("student", keep="last"))

    def by_skill(self) -> "Evidence":
        """One row per skill: means over the rows that practise it alone; over combinations, where no skill is practised alone."""
        rows = self.rows[self.rows["alone"]] if self.rows.get("alone", pd.Series([False])).any() else self.rows
        return Evidence(rows=rows.drop(columns="student").groupby("skill").mean(numeric_only=True).reset_index())

    @cached_property
    def skills(self) -> Clusters:
        """Skills as clusters of rows."""
        return Clusters.of(self.rows["skill"].to_numpy())


def scored(trajectories: pd.DataFrame, interactions: pd.DataFrame) -> pd.DataFrame:
    """Every response but a student's first, with its split and fold.

    Arguments:
        trajectories: Rows of trajectories.parquet.
        interactions: Rows of interactions.parquet.

    Raises:
        UserError: A row of the trajectories is not one of the interactions, or a prediction is not a probability.
    """
    floats = [column for column, kind in trajectories.dtypes.items() if is_float_dtype(kind)]
    later = trajectories[trajectories["step"] > 0].astype(dict.fromkeys(floats, np.float64)).reset_index(drop=True)
    responses = interactions[["student", "step", "split", "fold"]].drop_duplicates(["student", "step"])  # one row of several skills
    rows = joined(later, responses, ["student", "step"], "interactions.parquet")
    rows["alone"] = rows["skill"] <= interactions["skill"].max()  # the indices of combinations follow those of the skills
    for path in PATHS:
        _check_probabilities(rows, path, optional=path != "p_before")
    return rows


def _check_probabilities(rows: pd.DataFrame, path: str, *, optional: bool) -> None:
    p = rows[path].to_numpy(np.float64)
    wrong = np.flatnonzero(~((p >= 0) & (p <= 1)))
    if len(wrong) and not (optional and np.isnan(p).all()):
        where = _words(rows.iloc[wrong], ["student", "step"])
        raise UserError(
            f"trajectories.parquet: {path} of {where} is {p[wrong[0]]}, not a probability ({len(wrong)} rows); train the model again"
        )


def with_irt(
    rows: pd.DataFrame, interactions: pd.DataFrame, items: pd.DataFrame, students: pd.DataFrame, theta: pd.DataFrame
) -> pd.DataFrame:
    """Rows with the item response reference beside them.

    Raises:
        UserError: A skill, student or response is missing from the reference.
    """
    static = students[["student", "theta"]].rename(columns={"theta": "theta_irt"})
    dynamic = theta[["student", "step", "theta_before", "p_before"]].rename(
        columns={"theta_before": "theta_irt_before", "p_before": "p_irt_before"}
    )
    rows = joined(rows, _asked(rows, interactions, items), ["student", "step"], "items.parquet")
    rows = joined(rows, static, ["student"], "students.parquet")
    rows = joined(rows, dynamic, ["student", "step"], "theta.parquet")
    return rows.assign(p_irt=1 / (1 + np.exp(rows["a_irt"] * (rows["beta_irt"] - rows["theta_irt"]))))


def _asked(rows: pd.DataFrame, interactions: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """student, step, beta_irt, a_irt of every response: of several skills the means of their slopes and intercepts."""
    of_skill = items[["skill"]].assign(a_irt=items.get("discrimination", 1.0))  # a table without discriminations is a Rasch table
    of_skill["intercept"] = -of_skill["a_irt"] * items["beta"]
    each = interactions.loc[interactions["student"].isin(rows["student"]), ["student", "step", "skill"]]
    each = joined(each, of_skill, ["skill"], "items.parquet").drop(columns="skill")
    if each.duplicated(["student", "step"]).any():
        each = each.groupby(["student", "step"], sort=False).mean().reset_index()
    return each.assign(beta_irt=-each["intercept"] / each["a_irt"]).drop(columns="intercept")


def with_truth(rows: pd.DataFrame, steps: pd.DataFrame, skills: pd.DataFrame, students: pd.DataFrame) -> pd.DataFrame:
    """Rows with the simulator's truth beside them.

    It is theta_true, state_true (what practice of the skill has added before), beta_true, p_true (probability of a right answer) and
    gain_true (what this response adds).

    Raises:
        UserError: A response, skill or student is missing from the truth.
    """
    state = steps[["student", "step", "state_before", "p"]].rename(columns={"state_before": "state_true", "p": "p_true"})
    rows = joined(rows, state, ["student", "step"], "truth/steps.parquet")
    rows = joined(rows, students[["student", "theta"]].rename(columns={"theta": "theta_true"}), ["student"], "truth/students.parquet")
    rows = joined(rows, skills[["skill", "beta", *_GAINS]].rename(columns={"beta": "beta_true"}), ["skill"], "truth/skills.parquet")
    gained = np.where(rows["response"] == 1, rows["gain_correct"], rows["gain_wrong"])
    return rows.drop(columns=_GAINS).assign(gain_true=gained)


def joined(rows: pd.DataFrame, other: pd.DataFrame, keys: list[str], file: str) -> pd.DataFrame:
    """`rows` in their order, with the columns of `other` that their keys name.

    Raises:
        UserError: A row has no partner, or two.
    """
    if "student" in keys and is_numeric_dtype(rows["student"]) != is_numeric_dtype(other["student"]):
        raise UserError(
            f"{file}: its student ids are of another kind than those of trajectories.parquet; make both from the same interactions"
        )
    twice = other.duplicated(keys)
    if twice.any():
        raise UserError(f"{file}: {_words(other[twice], keys)} is there more than once; make the file again")
    merged = rows.merge(other, on=keys, how="left", indicator=True)
    lost = merged["_merge"] == "left_only"
    if lost.any():
        raise UserError(
            f"{file}: {_words(merged[lost], keys)} is missing; make it again from the same interactions as trajectories.parquet"
        )
    return merged.drop(columns="_merge")


def _words(rows: pd.DataFrame, keys: list[str]) -> str:
    return " ".join(f"{key} {rows[key].iloc[0]}" for key in keys)
