"""Can ability and difficulty be read from the hidden states?

Ridge regressions from the hidden state before a response, fitted on half of the sampled test students and judged on the other half:

    R^2 for theta_IRT,t (the filter's ability before the response) and for beta_IRT of the skill practised last.

A high R^2 means that the quantity is there, in a linear form, in any network, glass or black. It is no pass: the network need not use it,
nor must a quantity of that name which it states be right. The null is a probe for a shuffled target: the abilities exchanged between
students step by step, the difficulties between skills; a wide state fits even that. What an untrained network scores stands in its own row.
Source: Hewitt and Liang (2019), "Designing and interpreting probes with control tasks", doi 10.18653/v1/D19-1275.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glasskt.checks.parts.evidence import Evidence
from glasskt.checks.parts.finding import Finding
from glasskt.compare.bootstrap import Clusters, Floats
from glasskt.compare.metrics import Estimate, explained

NEEDS = ("theta_irt_before", "beta_irt")
PENALTIES = (1.0, 10.0, 100.0, 1000.0, 10000.0)
"""Chosen among by leave-one-out on the fitting half."""
LEAST_STUDENTS = 20
SEED = 0


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Ability and difficulty."""
    if evidence.states is None or evidence.states.empty:
        return
    rows = evidence.rows[["student", "step", "skill", "theta_irt_before", "beta_irt"]].copy()
    before = rows.groupby("student", sort=False)
    rows["last_skill"], rows["last_beta"] = before["skill"].shift(), before["beta_irt"].shift()
    rows = rows.merge(evidence.states, on=["student", "step"]).dropna(subset="last_beta").reset_index(drop=True)
    if rows["student"].nunique() < LEAST_STUDENTS:
        return
    rng = np.random.default_rng(SEED)
    yield _finding("R2 of a probe for theta", rows, "theta_irt_before", _of_other_students(rows, rng))
    yield _finding("R2 of a probe for beta", rows, "last_beta", _of_other_skills(rows, rng))


def _of_other_students(rows: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """The abilities of each step shuffled among the students who come so far."""
    shuffled: Floats = rows.groupby("step")["theta_irt_before"].transform(rng.permutation).to_numpy(np.float64)
    return shuffled


def _of_other_skills(rows: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Each skill has the difficulty of another, wherever it is practised."""
    beta = rows.groupby("last_skill")["last_beta"].first()
    shuffled: Floats = rows["last_skill"].map(dict(zip(beta.index, rng.permutation(beta.to_numpy()), strict=True))).to_numpy(np.float64)
    return shuffled


def _finding(quantity: str, rows: pd.DataFrame, target: str, shuffled: Floats) -> Finding:
    estimate = _probed(rows, rows[target].to_numpy(np.float64))
    return Finding(
        quantity=quantity,
        question="Can ability and difficulty be read from the hidden states?",
        estimate=estimate,
        null=_probed(rows, shuffled).value,
        null_is="a probe for a shuffled target",
        threshold=None,
        better="higher",
        source="Hewitt and Liang 2019",
        n=len(rows),
    )


def _probed(rows: pd.DataFrame, target: Floats) -> Estimate:
    """R^2 on the second half of the students of a ridge fitted to the first."""
    states = rows.filter(regex=r"^h\d+$").to_numpy(np.float64)  # (N, D)
    code = pd.factorize(rows["student"])[0]
    fitted, judged = code % 2 == 0, code % 2 == 1
    ridge = make_pipeline(StandardScaler(), RidgeCV(PENALTIES)).fit(states[fitted], target[fitted])
    return explained(ridge.predict(states[judged]), target[judged], Clusters.of(rows["student"].to_numpy()[judged]))
