"""The picture of a mastery-stop rule, and the estimators beside each other."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import made_study
from glasskt.compare import backends_table, irt_table, note_003, practice_table
from glasskt.compare.published import SCORED_TEST


def answered(*answers: str, skill: int = 0) -> pd.DataFrame:
    """A student for every text of 0 and 1, each at one skill."""
    rows = [(who, step, skill, int(response)) for who, text in enumerate(answers) for step, response in enumerate(text)]
    return pd.DataFrame(rows, columns=["student", "step", "skill", "response"])


def test_attempts_and_runs_are_counted_within_a_skill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice_table, "LEAST_STUDENTS", 1)
    interleaved = pd.DataFrame({"student": 0, "step": range(6), "skill": [0, 1, 0, 1, 0, 1], "response": [1, 0, 1, 1, 0, 1]})
    points = practice_table.table(pd.concat([interleaved, answered("1101").assign(student=1)])).set_index(["by", "key"])
    # by hand: skill 0 of student 0 is 1 1 0, skill 1 is 0 1 1; student 1 is 1 1 0 1
    assert points.loc[[("attempt", str(k)) for k in (1, 2, 3, 4)], "value"].tolist() == pytest.approx([2 / 3, 1, 1 / 3, 1])
    assert points.loc[[("run", str(k)) for k in (0, 1, 2)], "value"].tolist() == pytest.approx([4 / 5, 1, 0])
    assert points.loc[[("run", str(k)) for k in (0, 1, 2)], "n"].tolist() == [5, 3, 2]


def test_a_sequence_ends_at_the_third_right_answer_or_beyond_it_or_not_at_all() -> None:
    shares = practice_table.table(answered("0111", "111", "1110111", "11", "1101", "11111")).set_index("key")
    assert shares.loc["three_right", "n"] == 5  # of three or more attempts
    assert shares.loc["three_right", "value"] == pytest.approx(4 / 5)
    assert shares.loc["third_right", "value"] == pytest.approx(2 / 5)


def test_a_stopping_rule_makes_accuracy_fall_with_attempts_although_nobody_unlearns() -> None:
    rng = np.random.default_rng(0)
    texts = []
    for p in rng.uniform(0.3, 0.95, 800):
        text = ""
        while len(text) < 12 and not text.endswith("111"):
            text += str(int(rng.random() < p))
        texts.append(text)
    points = practice_table.table(answered(*texts)).set_index(["by", "key"])
    assert points.loc[("attempt", "8"), "high"] < points.loc[("attempt", "2"), "low"]
    assert points.loc[("stop", "third_right"), "value"] == points.loc[("stop", "three_right"), "value"]


def test_a_rule_is_seen_where_it_stopped_practice_and_not_where_lengths_are_given() -> None:
    rng = np.random.default_rng(0)
    given = ["".join(map(str, (rng.random(10) < p).astype(int))) for p in rng.uniform(0.5, 0.9, 300)]
    stopped = [text[: text.find("111") + 3] if "111" in text else text for text in given]
    assert not practice_table.stops(practice_table.table(answered(*given)))
    assert practice_table.stops(practice_table.table(answered(*(text for text in stopped if "111" in text), "0101010101")))
    assert not practice_table.stops(practice_table.table(answered("10", "1")))


def test_an_interval_holds_its_point_and_narrows_with_students() -> None:
    few, many = (
        practice_table.table(answered(*["0111", "10", "1", "0"] * n)).set_index(["by", "key"]).loc[("attempt", "1")] for n in (10, 200)
    )
    for point in (few, many):
        assert point["low"] < point["value"] < point["high"]
    assert many["high"] - many["low"] < few["high"] - few["low"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return made_study.write(tmp_path_factory.mktemp("made"))


def test_the_notes_scale_stands_only_beside_the_data_it_was_made_on(files: dict[str, Any]) -> None:
    facts = json.loads(files["facts"].read_text())
    fits = [pd.read_parquet(files["as_found_fits"])]
    here, there = (backends_table.table(fits, {**facts, "scored_test": scored}).set_index("fit") for scored in (400, SCORED_TEST))
    assert list(here.index) == ["mml", "2pl", "mml, first", "2pl, first", "py-irt", "500 epochs", "500 epochs, last"]
    assert [*here.index, note_003.SOURCE] == list(there.index)
    assert there.loc[note_003.SOURCE, "beta_mean"] == -5.76
    assert there.loc[note_003.SOURCE, "scores_sd"] == 2.53


def test_folds_are_averaged_and_their_refusals_joined(files: dict[str, Any]) -> None:
    one = pd.read_parquet(files["as_found_fits"])
    two = one.assign(beta_sd=one["beta_sd"] + 1, refused_by=one["refused_by"].where(one["fit"] != "vague", "extremes"))
    row = backends_table.table([one, two], json.loads(files["facts"].read_text())).set_index("fit").loc["500 epochs"]
    assert row["beta_sd"] == pytest.approx(one["beta_sd"][5] + 0.5)
    assert row["refused_by"] == "movement, location, extremes"


def test_discriminations_stand_in_the_table_of_a_two_parameter_fit_only(files: dict[str, Any], tmp_path: Path) -> None:
    items, fit, tracking = pd.read_parquet(files["items"]), *(json.loads(files[name].read_text()) for name in ("irt_fit", "tracking"))
    facts = json.loads(files["facts"].read_text())
    of = {"rasch": items, "2pl": items.assign(discrimination=np.linspace(0.5, 1.5, len(items)))}
    keys = {name: set(irt_table.table([table], [fit], [tracking], facts)["key"]) for name, table in of.items()}
    assert keys["2pl"] - keys["rasch"] == {"discrimination_mean", "discrimination_min", "discrimination_max"}
    assert {"infit_min", "infit_max", "outfit_min", "outfit_max"} <= keys["rasch"]
