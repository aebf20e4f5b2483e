"""Who stands in which table and figure of the paper."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg

import made_study
from glasskt.compare import calibration_table, checks_table, data_table, models_table, pairs, published, study, verdicts
from glasskt.compare.check_matrix import verdict_matrix
from glasskt.compare.l23 import signatures, trade_off
from glasskt.compare.l23 import tables as l23_tables
from glasskt.paper import context, pages
from glasskt.paper.figures import l23, matrix, style
from glasskt.paper.variants import Variants


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    files: dict[str, Any] = made_study.write(tmp_path_factory.mktemp("made"), scored_test=published.SCORED_TEST)
    runs = study.read(files["metrics"], files["checks"], files["history"], files["by_student"])
    facts = json.loads(files["facts"].read_text())
    report = l23_tables.tables(runs, facts)
    return {
        "data": data_table.table(facts),
        "models": models_table.table(runs, facts),
        **report,
        "l23_lambda": trade_off.table(runs, report),
        "l23_as_found": signatures.table(runs, facts),
        "checks": checks_table.table(runs, facts),
        "pairs": pairs.table(runs, made_study.FOCUS),
        "calibration": calibration_table.table(runs),
    }


@pytest.fixture(scope="module")
def variants(read: dict[str, pd.DataFrame]) -> Variants:
    return Variants.of(read)


def test_every_variant_with_an_l_23_stands_in_one_part(variants: Variants) -> None:
    assert variants.core == {"mean": "ikt3.mean", "direct": "ikt3.direct", "dynamic": "ikt3.dynamic", "split": "ikt3.split"}
    assert set(variants.on_curve) == {"ikt3.dynamic_light", "ikt3.dynamic_heavy"}
    assert variants.faulty == ("ikt3.direct_as_found",)
    assert variants.together == {"direct": "ikt3.direct_as_found"}
    assert variants.variations == ()
    assert sorted((*variants.core.values(), *variants.elsewhere)) == sorted(made_study.FORMS)


def test_a_second_variant_of_a_form_is_a_variation(read: dict[str, pd.DataFrame]) -> None:
    scale = read["l23_scale"]
    more = scale[scale["variant"] == "ikt3.direct"].assign(variant="ikt3.direct_again")
    found = Variants.of({**read, "l23_scale": pd.concat([scale, more])})
    assert found.core["direct"] == "ikt3.direct"
    assert found.variations == ("ikt3.direct_again",)
    assert found.group("ikt3.direct_again") == "variations"


def test_the_best_model_is_one_of_those_printed(read: dict[str, pd.DataFrame], variants: Variants) -> None:
    models = read["models"].copy()
    models.loc[models["variant"] == "ikt3.dynamic_light", "test_auc"] = 0.9
    assert context._best(models, variants)["glass_box"] == "ikt3.split"


def test_rows_of_forms_stand_under_their_heading(read: dict[str, pd.DataFrame], variants: Variants) -> None:
    scale = read["l23_scale"]
    page = pages._under_headings(l23_tables.shown(scale[~scale["variant"].isin(variants.on_curve)]), variants)
    assert page[["kind", ""]].to_numpy().tolist() == [
        ["reference", "item response theory"],
        *[["forms of l_23", form] for form in variants.core],
        ["faults of note 003", "direct_as_found"],
        ["note 003", "mean (290365)"],
        ["note 003", "direct (161656)"],
    ]


def test_the_matrix_of_verdicts_marks_all_but_a_pass() -> None:
    rows = [
        ("a.b", 0.9, verdicts.PASS),
        ("a.c", 0.1, verdicts.FAIL),
        ("a.d", 0.8, verdicts.EMPTY),
        ("a.e", 0.5, "not attainable here (90 % of the ceiling)"),
        ("a.f", np.nan, verdicts.REPORTED),
    ]
    checks = pd.DataFrame(rows, columns=["variant", "value", "verdict"]).assign(
        quantity="r", threshold=0.85, better="higher", null=0.0, low=0.1
    )
    order = [variant for variant, *_ in rows]
    assert verdict_matrix(checks, order).iloc[0].tolist() == ["r ≥ 0.850", "0.900", "0.100 f", "0.800 e", "0.500 u", "–"]
    against_nulls = checks.assign(threshold=np.nan, verdict=[verdicts.BEATS, verdicts.TIES, *checks["verdict"][2:]])
    assert verdict_matrix(against_nulls, order).iloc[0].tolist()[:3] == ["r", "0.900", "0.100 n"]
    assert verdict_matrix(checks.assign(threshold=np.nan, null=np.nan), order).empty  # nothing to pass


def test_the_figure_sets_the_faults_beside_the_run_that_had_them(read: dict[str, pd.DataFrame], variants: Variants) -> None:
    rows = l23.chosen(read["l23_scale"], variants)
    assert rows["label"].tolist() == ["mean", "direct", "dynamic", "split", "note: mean", "direct_as_found", "note: direct"]
    ours = read["l23_scale"][read["l23_scale"]["source"] == l23_tables.OURS]
    assert l23.chosen(ours, variants)["label"].tolist() == ["mean", "direct", "dynamic", "split"]


def test_no_head_of_the_check_matrix_covers_another() -> None:
    name = "reference.skill_easiness"  # as long as any, so that the panels are as narrow as they get
    checks = pd.DataFrame({"quantity": list(matrix.PANELS)}).assign(
        variant=name, value=0.4, low=0.3, high=0.5, null=0.0, untrained=np.nan, ceiling=0.9, threshold=np.nan, verdict=verdicts.PASS
    )
    for quantities in (list(matrix.PANELS)[: matrix.MOST], list(matrix.PANELS)[-matrix.MOST :]):
        with rc_context(style.look()):
            figure = matrix.draw(checks[checks["quantity"].isin(quantities)], [name])
            FigureCanvasAgg(figure).draw()
        heads = [axes.title.get_window_extent() for axes in figure.axes]
        assert len(heads) == matrix.MOST
        gaps = [right.x0 - left.x1 for left, right in pairwise(heads)]
        assert min(gaps) > 0.05 * figure.dpi


def test_labels_move_no_further_apart_than_they_must() -> None:
    places = style.apart([0.0, 0.5, 0.5, 0.52, 1.0], 0.1)
    assert np.diff(places).min() >= 0.1 - 1e-9
    assert places[0] == 0.0
    assert places[-1] == 1.0
    assert np.mean(places[1:4]) == pytest.approx(np.mean([0.5, 0.5, 0.52]))
