"""Checks of the training, of learning curves, and of what can be read from hidden states."""

import inspect
import re
import types
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_evidence import Files

from glasskt.checks import learning_curve, probe
from glasskt.checks.check import checks, verified
from glasskt.checks.parts.evidence import Evidence

FILES = Files()


def found(evidence, check):
    return {entry["quantity"]: entry for entry in verified(evidence, [check])}


def trained(**columns):
    rows = FILES.evidence().rows
    return Evidence(rows=rows, history=pd.DataFrame({"epoch": [1, 2, 3], "kept": [False, False, True], **columns}))


def test_a_training_that_falls_is_stable():
    entries = found(trained(train_l_bce=[0.7, 0.6, 0.5], gradient_norm_l_21=[np.nan, 1.0, 2.0]), "finite_training")
    assert [entry["value"] for entry in entries.values()] == [0, 0]


def test_infinite_figures_and_lost_losses_are_counted_and_a_rise_is_measured():
    entries = found(trained(train_l_bce=[0.7, 0.5, 0.6], train_l_23=[np.inf, 1.0, 2.0]), "finite_training")
    assert entries["infinite figures in training"]["value"] == 1
    assert entries["largest rise of the training loss"]["value"] == pytest.approx(0.5)
    lost = found(trained(train_l_bce=[0.7, np.nan, 0.6]), "finite_training")
    assert lost["infinite figures in training"]["value"] == 1


def test_a_predictor_without_epochs_is_not_asked_of_its_training():
    assert not found(trained(valid_auc=[0.6, 0.7, 0.7]), "finite_training")


def test_rates_of_skills_are_those_of_the_kept_epoch_and_only_where_there_are_gains():
    glass = FILES.evidence(gain=FILES.p)
    history = pd.DataFrame({"epoch": [1, 2], "kept": [True, False], "beta_std": [0.4, 0.1]})
    entries = found(Evidence(rows=glass.rows, history=history), "rate_spread")
    assert entries["sd of beta_skill"]["value"] == 0.4
    assert not found(trained(beta_std=[0.4, 0.4, 0.4]), "rate_spread")


@pytest.mark.parametrize(("floor", "ceiling", "slope", "middle"), [(0.2, 0.9, 0.8, 5), (0.1, 0.7, 2.0, 2)])
def test_a_sigmoid_curve_is_recovered(floor, ceiling, slope, middle):
    n = np.arange(1.0, 16)
    assert learning_curve.explained(learning_curve.sigmoid_curve(n, floor, ceiling, slope, middle)) == pytest.approx(1, abs=1e-3)


def test_noise_and_flat_curves_are_not_learning_curves():
    rng = np.random.default_rng(0)
    assert np.mean([learning_curve.explained(0.5 + 0.1 * rng.standard_normal(15)) for _ in range(10)]) < 0.6
    assert learning_curve.explained(np.full(10, 0.4)) == 0


def test_a_counter_of_practice_passes_the_learning_curve_so_its_null_does_too():
    practice = FILES.keys.assign(skill=FILES.skill).groupby(["student", "skill"]).cumcount().to_numpy()
    entry = found(FILES.evidence(mastery_before=(practice + 1) / (practice + 4)), "learning_curve")["R2 of a sigmoid curve of practice"]
    assert entry["value"] > 0.99
    assert entry["null"] > entry["threshold"]


def probed(informative):
    evidence = FILES.evidence()
    rng = np.random.default_rng(0)
    rows = evidence.rows
    last = rows.groupby("student")["beta_irt"].shift().fillna(0)
    known = np.column_stack([2 * rows["theta_irt_before"] + last, last - 1]) if informative else np.empty((len(rows), 0))
    noise = rng.standard_normal((len(rows), 6))
    states = pd.DataFrame(np.column_stack([known, noise]).astype(np.float32)).add_prefix("h")
    return found(Evidence(rows=rows, states=pd.concat([rows[["student", "step"]], states], axis=1)), "probe")


def test_what_is_in_the_states_is_read_and_shuffled_targets_are_not():
    entries = probed(informative=True)
    for quantity in ("R2 of a probe for theta", "R2 of a probe for beta"):
        assert entries[quantity]["value"] > 0.99
        assert entries[quantity]["null"] < 0.9
    assert entries["R2 of a probe for theta"]["null"] < 0.05


def test_nothing_is_read_from_noise():
    assert all(entry["value"] < 0.05 for entry in probed(informative=False).values())


def test_too_few_students_are_not_probed():
    rows = FILES.evidence().rows
    few = rows[rows["student"].isin(rows["student"].unique()[: probe.LEAST_STUDENTS - 1])]
    states = few[["student", "step"]].assign(h0=0.0)
    assert not found(Evidence(rows=rows, states=states), "probe")


PAGE = (Path(__file__).parents[2] / "docs/checks.md").read_text(encoding="utf-8")


def test_the_page_on_checks_names_every_one_and_what_it_needs():
    table = PAGE.partition("| check | asks | needs |\n")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[1:]]
    needed = {check.strip("`"): set(re.findall(r"`([\w.]+)`", needs)) for check, _, needs in rows}
    assert needed.pop("gain_reliability") == {"half"}
    assert needed.pop("ablation_drop") == {"control_of"}
    assert needed == {name: {*check.NEEDS, *files_read(check)} for name, check in checks().items()}


def files_read(check):
    """The files beside the rows that a check looks at."""
    files = {"gains": "gains.parquet", "flips": "flips.parquet", "movement": "movement.parquet"}
    files |= {"states": "states.parquet", "history": "history.csv"}
    return {files[name] for name in files if f"evidence.{name}" in inspect.getsource(check)}


def test_the_check_that_the_page_adds_works_as_it_stands():
    example = types.ModuleType("example")
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], example.__dict__)
    evidence = FILES.evidence(p_before=np.where(FILES.step >= 20, 0.9, 0.6))
    finding = next(example.findings(evidence))
    assert finding.estimate.value == pytest.approx(0.3, abs=1e-6)
    assert finding.estimate.low <= finding.estimate.value <= finding.estimate.high
    assert "?" in example.__doc__.splitlines()[0]
