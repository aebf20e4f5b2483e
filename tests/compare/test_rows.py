"""Where the focus variant falls short of the ceiling: a loss that is planted on some rows is found on these and no others."""

import numpy as np
import pandas as pd
import pytest

from glasskt.compare import rows_table
from glasskt.compare.replication.traced import Traced
from glasskt.compare.study import Study

FOCUS, RETURN = "additive.monotone", "return to a skill"
KINDS = ("first response to its skill", RETURN, "same skill as the response before")


def interactions():
    rng = np.random.default_rng(0)
    student = np.repeat(np.arange(200), 30)
    table = pd.DataFrame({"student": student, "step": np.tile(np.arange(30), 200), "skill": np.repeat(rng.integers(6, size=2000), 3)})
    p = 1 / (1 + np.exp(-rng.normal(0.8, 1.3, len(table))))
    return table.assign(response=(rng.random(len(table)) < p).astype(int), p=p)


def kinds_by_a_loop(table):
    found = []
    for _, skills in table.groupby("student")["skill"]:
        asked = skills.tolist()
        found += [KINDS[2] if t and asked[t - 1] == s else RETURN if s in asked[:t] else KINDS[0] for t, s in enumerate(asked)]
    return np.array(found)


def study(*variants):
    rows = [{"variant": name, "rows": "validation", "path": "p_before", "metric": "auc", "value": auc} for name, auc in variants]
    nothing = pd.DataFrame()
    return Study(runs=nothing, metrics=pd.DataFrame(rows), checks=nothing, history=nothing, by_student=nothing, calibration=nothing)


def made(table, said, variant, seed=1):
    keys = ["student", "step", "skill", "response"]
    later = (table["step"] > 0).to_numpy()
    return Traced(variant=variant, fold=0, seed=seed, rows=table[keys].assign(p_before=said)[later].reset_index(drop=True))


STUDY = study((FOCUS, 0.72), ("average.strong", 0.73), ("average.best", 0.74))


def test_what_is_lost_on_returns_alone_is_found_on_returns_alone():
    table = interactions()
    kinds = kinds_by_a_loop(table)
    blind = table["p"].mask(kinds == RETURN, 0.65)
    traces = [made(table, blind, FOCUS), made(table, table["p"], "average.best"), made(table, 0.5, "average.strong")]
    found = rows_table.table(STUDY, traces, FOCUS, table).set_index("rows")
    assert set(found["ceiling"]) == {"average.best"}  # the best on validation
    assert found.loc["all", "n"] == (table["step"] > 0).sum()
    for kind in KINDS:
        assert found.loc[kind, "n"] == ((table["step"] > 0) & (kinds == kind)).sum()
    assert found.loc[list(KINDS), "log_loss_share"].tolist() == pytest.approx([0, 1, 0])
    assert found.loc[RETURN, "log_loss_low"] > 0
    assert found.loc[RETURN, "auc_low"] > 0
    assert found.loc[[KINDS[0], KINDS[2]], ["auc", "log_loss"]].abs().to_numpy().max() < 1e-12
    by_number = found.drop(index=["all", *KINDS])
    assert by_number["n"].sum() == found.loc["all", "n"]
    assert by_number["log_loss_share"].sum() == pytest.approx(1)
    assert rows_table.shown(found.reset_index()).shape == (9, 9)


def test_several_runs_of_the_focus_are_each_paired_with_the_average_of_their_fold():
    table = interactions()
    rng = np.random.default_rng(1)
    worse = [np.clip(table["p"] + 0.1 * rng.standard_normal(len(table)), 0.02, 0.98) for _ in range(2)]
    average = made(table, table["p"], "average.best")
    each = [rows_table.table(STUDY, [made(table, said, FOCUS), average], FOCUS, table)["log_loss"] for said in worse]
    both = rows_table.table(STUDY, [*(made(table, said, FOCUS, seed) for seed, said in enumerate(worse)), average], FOCUS, table)
    assert both["log_loss"].tolist() == pytest.approx(((each[0] + each[1]) / 2).tolist(), nan_ok=True)
    assert set(both["runs"]) == {2}


def test_a_study_that_averages_nothing_has_no_such_rows():
    table = interactions()
    assert rows_table.table(study((FOCUS, 0.72)), [made(table, table["p"], FOCUS)], FOCUS, table).empty
