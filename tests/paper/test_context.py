"""What the text counts: each thing once, and nothing that is so by construction."""

from types import SimpleNamespace

import pandas as pd

from glasskt.paper import context


def checks_of(variant, l_23_of_the_filter):
    rows = [
        ("l_23", "l_23 dynamic", l_23_of_the_filter, "pass"),
        ("theta_static", "r(theta, static theta)", 0.81, "not attainable here (96 % of the ceiling)"),
        ("scale", "theta sd", 0.6, "reported"),
        ("skills_moved", "skills moved by a response", 80.0, "fail"),
        ("no_leak", "share of rows that leak", 0.0, "pass"),
    ]
    return pd.DataFrame(rows, columns=["check", "quantity", "value", "verdict"]).assign(variant=variant)


def test_an_ability_that_is_the_filters_is_not_counted_and_any_other_is():
    checks = pd.concat([checks_of("additive.monotone", 0.0), checks_of("ikt3.split", 0.005)])
    assert context._verdicts(checks, "additive.monotone") == {"fail": 1, "pass": 1}
    assert context._verdicts(checks, "ikt3.split") == {"fail": 1, "not attainable here": 1, "pass": 2}


def test_a_table_of_verdicts_names_those_whose_ability_is_the_filters():
    checks = pd.concat([checks_of("additive.monotone", 0.0), checks_of("ikt3.split", 0.005)])
    verdicts = pd.DataFrame(columns=["", "ikt3.split", "additive.monotone"])
    assert context._filters(checks, verdicts) == ["additive.monotone"]


def test_the_best_that_was_trained_is_no_published_model():
    rows = [("published", "qDKT", 0.73), ("reference", "reference.boosted", 0.729), ("black box", "dkt.base", 0.72)]
    models = pd.DataFrame(rows, columns=["group", "variant", "test_auc"])
    best = context._best(models, SimpleNamespace(beyond_core=()))
    assert (best["trained"], best["published"], best["black_box"]) == ("reference.boosted", "qDKT", "dkt.base")


def test_a_figure_of_the_notes_that_two_variants_repeat_counts_once():
    rows = [
        ("gainakt3.v3_phase1", "note 002", "V3", "gain_r", "reproduced"),
        ("gainakt3.v3_current", "note 002", "V3", "gain_r", "not reproduced"),
        ("gainakt3.v1", "note 001", "V1", "gain_r", "real"),
    ]
    table = pd.DataFrame(rows, columns=["variant", "source", "run", "key", "verdict"])
    assert context._figures_by_verdict(table) == {"reproduced": 1, "real": 1}


def test_remedies_are_counted_by_each_part_of_their_verdict():
    rows = [
        ("gainakt3.v3_warmup", "predicts worse"),  # what they begin from is none
        ("gainakt3.rethink_mlp", "predicts worse; gains repeat"),
        ("gainakt3.rethink_heads", "predicts better; gains repeat"),
    ]
    found = context._remedies(pd.DataFrame(rows, columns=["variant", "verdict"]))
    assert found == {"run": 2, "said": {"predicts worse": 1, "gains repeat": 2, "predicts better": 1}}
