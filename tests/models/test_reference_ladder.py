"""The reference ladder on ASSIST2015: test AUC and r on all 134,640 scored rows, in bands around public and independent measurements.

leap-kt's AFM has 0.651. Skill easiness from Rasch difficulties: 0.637 (a skill's success rate, which is not easiness, has 0.642). Both
Rasch filters and PFA: prototypes written apart from this code (Laplace and grid filters, PFA with slopes per skill); a prototype of
the two-level filter with gains per skill and outcome, all folds, 0.711. Trees of another library on 36 features and a filter of their own:
0.729.
"""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from glasskt.data.cohort import Cohort
from glasskt.data.interactions import table_of
from glasskt.data.readers import pykt
from glasskt.irt import rasch
from glasskt.irt.counts import every_response
from glasskt.irt.tables import items
from glasskt.models.family import Targets, load_estimator, settings_class

BANDS = {
    "skill_easiness": (0.634, 0.640),
    "afm": (0.648, 0.654),
    "rasch_filter": (0.684, 0.691),
    "rasch_drift": (0.689, 0.692),
    "pfa": (0.6956, 0.7016),
    "two_level": (0.709, 0.716),
}
BLOCKS = {name: {"predictor": name} for name in BANDS} | {"rasch_drift": {"predictor": "rasch_filter", "drift": True}}


@pytest.fixture(scope="module")
def fold0(assist2015_dir):
    table = table_of(pykt.read(assist2015_dir / "train_valid.csv", assist2015_dir / "test.csv", 100))
    fold = table["fold"].to_numpy(float, na_value=-1)
    train, valid, test = (Cohort.from_table(table[rows], 100) for rows in (fold > 0, fold == 0, fold == -1))
    counts = every_response(train)
    fit = rasch.fit(counts)
    return train, valid, test, Targets(items=items(fit, counts), irt_fit={"sigma": fit.sigma})


@pytest.fixture(scope="module")
def measured(fold0):
    """Test AUC and r by predictor."""
    train, valid, test, targets = fold0
    scored = test.step > 0
    assert scored.sum() == 134_640
    figures = {}
    for name, block in BLOCKS.items():
        estimator = load_estimator("reference", settings_class("reference").model_validate(block), 100)
        fitted = estimator.fit(train, valid, targets, seed=0, progress=lambda line: None)
        p = estimator.trace(fitted.weights, test).quantities["p_before"][scored]
        figures[name] = roc_auc_score(test.response[scored], p), np.corrcoef(p, test.response[scored])[0, 1]
    return figures


@pytest.mark.real
@pytest.mark.parametrize("name", BANDS)
def test_auc_lies_in_its_band(measured, name):
    low, high = BANDS[name]
    assert low <= measured[name][0] <= high


@pytest.mark.real
def test_each_rung_is_above_the_one_below(measured):
    aucs = [measured[name][0] for name in BANDS]
    assert aucs == sorted(aucs)
    assert measured["afm"][1] == pytest.approx(0.242, abs=0.003)
    assert measured["pfa"][1] == pytest.approx(0.313, abs=0.003)


@pytest.mark.real
@pytest.mark.slow
def test_the_ceiling_lies_in_its_band(fold0):
    train, valid, test, targets = fold0
    estimator = load_estimator("reference", settings_class("reference").model_validate({"predictor": "boosted"}), 100)
    fitted = estimator.fit(train, valid, targets, seed=0, progress=lambda line: None)
    scored = test.step > 0
    p = estimator.trace(fitted.weights, test).quantities["p_before"][scored]
    assert 0.727 <= roc_auc_score(test.response[scored], p) <= 0.732
    assert np.corrcoef(p, test.response[scored])[0, 1] == pytest.approx(0.365, abs=0.004)
