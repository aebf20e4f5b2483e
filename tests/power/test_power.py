"""Do checks tell models with a property from models without it? Planted models on simulated cohorts."""

import numpy as np
import pandas as pd
import pytest

from glasskt.checks.check import checks
from glasskt.compare import power_table
from glasskt.data.catalogue import Simulated
from glasskt.data.simulator import simulate
from glasskt.power import claims, rates
from glasskt.stages import power

SETTINGS = Simulated(format="simulated", skills=20)
NOTHING_TO_PASS = {"mastery_as_noted", "scale", "gain_by_response"}
"""Checks that are reported only: the truth itself shows why, since a sound model may have any of their values."""
SPREADS = {"CV of skill mean gains", "sd of practised gains"}
"""Quantities that gains shuffled among skills have as well."""


@pytest.fixture(scope="module")
def table():
    told = []
    found = rates.table(SETTINGS, 2, told.append)
    assert told == ["cohort 1/2", "cohort 2/2"]
    return found


def test_every_check_that_can_be_asked_of_a_claim_stands_in_the_table(table):
    needs_a_fit = {"rate_spread"}  # a parameter of one family
    assert set(checks()) - set(table["check"]) == needs_a_fit


def test_the_model_without_the_property_fails_every_check_that_the_truth_passes(table):
    shuffled = table["check"].isin(("gain_spread", "gain_by_skill")) & (table["without"] == "permuted")
    passed = table[(table["passes_with"] == 1) & ~shuffled]
    assert len(passed) >= 20
    both = passed[passed["passes_without"] == 1]
    assert both.empty, both["quantity"].tolist()


def test_a_spread_of_gains_tells_them_from_one_gain_and_is_no_evidence_that_they_are_right(table):
    found = table.set_index(["quantity", "without"])["says"]
    for quantity in SPREADS:
        assert found[quantity, "uniform"] == power_table.TELLS
        assert found[quantity, "permuted"] == power_table.LENIENT
    agreement = table[table["quantity"] == "r(gain of a skill, true gain)"].iloc[0]
    assert agreement["value_with"] == pytest.approx(1)
    assert abs(agreement["value_without"]) < 0.5


def test_what_a_null_meets_is_empty(table):
    found = table.set_index("quantity")["says"]
    assert found["R2 of a sigmoid curve of practice"] == power_table.EMPTY  # a counter of practice draws the smoothest curve of all


def test_reported_quantities_have_no_rate(table):
    assert (
        table.loc[table["check"].isin(NOTHING_TO_PASS) & (table["quantity"] != "r(gain, response)"), "says"] == power_table.REPORTED
    ).all()


def test_the_truth_agrees_with_the_truth(table):
    found = table.set_index("quantity")["value_with"]
    for quantity in ("r(p before, true probability)", "r(theta, true theta)", "r(beta, true beta)", "r(gain of a skill, true gain)"):
        assert found[quantity] == pytest.approx(1, abs=1e-6), quantity


@pytest.mark.parametrize(
    ("judged", "empty", "with_property", "without", "expected"),
    [
        (False, 0.0, 1.0, 1.0, power_table.REPORTED),
        (True, 0.5, 0.45, 0.0, power_table.EMPTY),
        (True, 0.2, 0.45, 0.0, power_table.SEVERE),
        (True, 0.0, 1.0, 0.55, power_table.LENIENT),
        (True, 0.0, 0.75, 0.0, power_table.UNSURE),
        (True, 0.0, 1.0, 0.1, power_table.UNSURE),
        (True, 0.0, 0.8, 0.05, power_table.TELLS),
    ],
)
def test_what_the_rates_say(judged, empty, with_property, without, expected):
    assert power_table.says(judged, empty, with_property, without) == expected


def test_a_permuted_claim_keeps_the_step_and_swaps_the_student():
    world = claims.World.of(simulate(SETTINGS.model_copy(update={"students": 300})), 0)
    true, other = claims.truth(world).trajectories, claims.permuted(world).trajectories
    assert (true[["student", "step", "skill", "response"]] == other[["student", "step", "skill", "response"]]).all(axis=None)
    ability = pd.DataFrame({"true": true["theta_before"], "other": other["theta_before"]}).drop_duplicates()
    assert sorted(ability["true"].unique()) == sorted(ability["other"].unique())
    assert abs(np.corrcoef(ability["true"], ability["other"])[0, 1]) < 0.4


def test_the_stage_writes_the_same_bytes_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(rates, "STUDENTS", 250)
    places = [(tmp_path / f"{run}.csv", tmp_path / f"{run}.md") for run in range(2)]
    for csv, md in places:
        power.run(parameters={"datasets.s": SETTINGS.model_dump(), "power": {"cohorts": 1}}, dataset="s", power=csv, power_md=md)
    assert places[0][0].read_bytes() == places[1][0].read_bytes()
    assert places[0][1].read_text().count("\n") == len(pd.read_csv(places[0][0])) + 2
