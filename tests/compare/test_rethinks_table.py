"""The table of remedies and the decision tree: figures that are known, verdicts that follow them, nothing where there is nothing."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import made_gains
import made_study
from glasskt.compare import pairs, study
from glasskt.compare.replication import decision_tree, models, rethinks, traced

RENAMED = {"gainakt3.ranged": "gainakt3.rethink_mlp", "gainakt3.v2": "gainakt3.rethink_small_warmup"}
"""Made variants that stand for remedies; the controls of the first become V1's."""


@pytest.fixture(scope="module")
def replicated(tmp_path_factory: pytest.TempPathFactory) -> tuple[study.Study, pd.DataFrame]:
    root = tmp_path_factory.mktemp("made")
    files = made_gains.add(root, made_study.write(root))
    made = study.read(files["metrics"], files["checks"], files["history"], files["by_student"])
    return made, models.table(made, traced.read(files["traced"], files["metrics"], made, pd.read_parquet(files["interactions"])))


@pytest.fixture(scope="module")
def rethought(replicated: tuple[study.Study, pd.DataFrame]) -> tuple[study.Study, pd.DataFrame]:
    made, found = replicated
    frames = {name: getattr(made, name).replace({"variant": RENAMED}) for name in ("runs", "metrics", "checks", "history", "by_student")}
    of_v1 = {"control_of": "gainakt3.v1"}
    frames["runs"]["settings"] = [
        {**block, **(of_v1 if block.get("control_of") == "gainakt3.ranged" else {})} for block in made.runs["settings"]
    ]
    return dataclasses.replace(made, **frames), found.replace({"variant": RENAMED})


def test_every_remedy_stands_beside_v1(rethought: tuple[study.Study, pd.DataFrame]) -> None:
    found = rethinks.table(*rethought).set_index("variant")
    assert list(found.index) == [
        *("gainakt3.v1", "gainakt3.v3_warmup", "gainakt3.v3_phase1", "gainakt3.rethink_small_warmup", "gainakt3.rethink_mlp")
    ]  # fmt: skip
    mlp = found.loc["gainakt3.rethink_mlp"]
    assert (mlp["auc"], mlp["difference"], mlp["gain_sd"]) == pytest.approx((0.685, 0.1, 0.3))
    assert mlp["low"] < mlp["difference"] < mlp["high"]
    assert np.isnan(found.loc["gainakt3.v1", ["difference", "p_holm"]].to_numpy(float)).all()
    assert (found["p_holm"].to_numpy()[1:] == pairs.holm(found["p"].to_numpy()[1:])).all()


def test_the_drop_is_that_of_the_control_that_validates_best(rethought: tuple[study.Study, pd.DataFrame]) -> None:
    found = rethinks.table(*rethought).set_index("variant")
    assert set(found["control"]) == {"gainakt3.ranged_one"}  # 0.675 where gains of 0 have 0.655
    assert found.loc[["gainakt3.rethink_mlp", "gainakt3.v1"], "ablation_drop"].tolist() == pytest.approx([0.01, -0.09])
    assert (found["ablation_drop_low"] < found["ablation_drop"]).all()


def test_controls_are_a_remedys_own_or_those_of_what_it_begins_from(rethought: tuple[study.Study, pd.DataFrame]) -> None:
    made, _ = rethought
    warm = {"rate": 3, "weights": {"bce": {"form": "two_phase", "first": 0}, "im": {"form": "two_phase", "first": 1}}}
    settings = {
        "gainakt3.v1": {"rate": 1, "weights": {"bce": 0.7, "im": 0.3}},
        "gainakt3.v3_warmup": warm,
        "gainakt3.rethink_small_warmup": {
            "weights": {"bce": {"form": "two_phase", "first": 0.0}, "im": {"form": "two_phase", "first": 1.0}}
        },
        "gainakt3.rethink_mlp": {"rate": 1, "weights": {"bce": 0.7, "im": 0.3}, "gain": "perceptron"},
        "gainakt3.ranged_zero": {"control_of": "gainakt3.v1"},
        "gainakt3.ranged_one": {"control_of": "gainakt3.v3_warmup"},
    }
    found = _with(made, settings)
    assert rethinks.controls_like(found, "gainakt3.rethink_mlp") == ["gainakt3.ranged_zero"]
    assert rethinks.controls_like(found, "gainakt3.rethink_small_warmup") == ["gainakt3.ranged_one"]
    own = _with(found, {"gainakt3.theta_one": {"control_of": "gainakt3.rethink_small_warmup"}})
    assert rethinks.controls_like(own, "gainakt3.rethink_small_warmup") == ["gainakt3.theta_one"]
    none = _with(made, {variant: {} for variant in made.variants})
    assert rethinks.controls_like(none, "gainakt3.rethink_mlp") == []


def _with(made: study.Study, settings: dict[str, dict[str, object]]) -> study.Study:
    blocks = [settings.get(variant, old) for variant, old in zip(made.runs["variant"], made.runs["settings"], strict=True)]
    return dataclasses.replace(made, runs=made.runs.assign(settings=blocks))


def test_a_verdict_follows_its_figures(rethought: tuple[study.Study, pd.DataFrame]) -> None:
    _, gains = rethought
    row = {"variant": "gainakt3.rethink_mlp", "difference": 0.1, "p_holm": 0.001, "split_half_r": 0.9, "ablation_drop_low": 0.1}
    row |= {"ablation_drop_high": 0.2}
    assert rethinks.verdict(row, gains) == "predicts better; gains spread more; gains repeat; gains add"
    other = {"difference": -0.1, "split_half_r": 0.3, "ablation_drop_low": -0.2, "ablation_drop_high": -0.1}
    assert rethinks.verdict({**row, **other}, gains) == "predicts worse; gains spread more; gains do not repeat; gains cost"
    other = {"p_holm": 0.2, "split_half_r": np.nan, "ablation_drop_low": -0.2}
    assert rethinks.verdict({**row, **other}, gains) == "predicts alike; gains spread more; gains add nothing"
    narrow = gains.assign(value=gains["value"].where(gains["variant"].ne("gainakt3.rethink_mlp") | gains["key"].ne("gain_sd"), 0.0))
    assert "gains spread less" in rethinks.verdict(row, narrow)


def test_the_tree_takes_the_branch_of_the_warm_ups_spread(rethought: tuple[study.Study, pd.DataFrame]) -> None:
    made, gains = rethought
    found = decision_tree.table(made, gains).set_index("says")
    assert found["measured"].to_dict() == {branch.says: float(branch.says.startswith("option 3")) for branch in decision_tree.BRANCHES}
    assert (found["as_noted"] == found["measured"]).all()  # 0.003 and 0.005
    assert found["verdict"].iloc[0] == "no success"
    assert found.loc["option 2: small initial weights", "difference"] == pytest.approx(0.595 - 0.605)
    assert np.isnan(found.loc["option 1: an MLP projection", "auc"])
    warm_up = (gains["variant"] == decision_tree.WARM_UP) & (gains["key"] == "gain_sd")
    wide = decision_tree.table(made, gains.assign(value=gains["value"].where(~warm_up, 0.07))).set_index("says")
    assert wide.loc["option 2: small initial weights", ["as_noted", "measured"]].tolist() == [0, 1]


def test_tables_can_be_read_where_remedies_are_and_where_none_is(
    replicated: tuple[study.Study, pd.DataFrame], rethought: tuple[study.Study, pd.DataFrame], tmp_path: Path
) -> None:
    for module in (rethinks, decision_tree):
        assert module.table(*replicated).empty
        assert module.shown(module.table(*replicated)).empty
        shown = module.shown(module.table(*rethought))
        assert shown.map(lambda cell: isinstance(cell, str)).all(axis=None)
        assert list(module.table(*rethought)) == module.COLUMNS
