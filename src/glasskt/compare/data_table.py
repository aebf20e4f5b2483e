"""The data of a study: who answered, how often, and what is scored."""

from typing import Any

import pandas as pd

from glasskt.compare.layout import number

TEXT = ("quantity", "key")

_DIGITS = {"success_rate": 3, "mean_responses": 1}


def table(facts: dict[str, Any]) -> pd.DataFrame:
    """One row per quantity: quantity (words), key, train_valid, test, all; NaN where a split has no such figure.

    Arguments:
        facts: dataset.json.
    """
    splits = {name: facts["splits"][name] for name in ("train_valid", "test") if name in facts["splits"]}
    lengths = facts["lengths"]
    responses = {name: split["responses"] for name, split in splits.items()}
    rows = [
        ("students", "students", _of(splits, "students"), facts["n_students"]),
        ("responses", "responses", responses, facts["n_responses"]),
        ("scored responses", "scored", _scored(splits, facts), facts["n_responses"] - facts["n_students"]),
        ("success rate", "success_rate", _of(splits, "success_rate"), _success_rate(splits)),
        ("skills", "skills", {}, facts["n_skills"]),
        ("responses per student, median", "median_responses", {}, lengths["median"]),
        ("responses per student, mean", "mean_responses", {}, lengths["mean"]),
        ("responses per student, 95th percentile", "p95_responses", {}, lengths["p95"]),
        ("responses per student, most", "most_responses", {}, lengths["max"]),
    ]
    numbers = [
        {"quantity": words, "key": key, "train_valid": parts.get("train_valid"), "test": parts.get("test"), "all": whole}
        for words, key, parts, whole in rows
    ]
    return pd.DataFrame(numbers).astype(dict.fromkeys(("train_valid", "test", "all"), float))


def shown(data: pd.DataFrame) -> pd.DataFrame:
    """The table as text."""
    columns = {"train., valid.": "train_valid", "test": "test", "all": "all"}
    numbers = {
        header: [text(key, value) for key, value in zip(data["key"], data[column], strict=True)] for header, column in columns.items()
    }
    return pd.DataFrame({"": data["quantity"], **numbers})


def text(key: str, value: float) -> str:
    """A figure of the row `key` as text."""
    return number(value, _DIGITS.get(key, 0))


def _of(splits: dict[str, dict[str, Any]], key: str) -> dict[str, float]:
    return {name: split[key] for name, split in splits.items()}


def _scored(splits: dict[str, dict[str, Any]], facts: dict[str, Any]) -> dict[str, float]:
    """Every response but a student's first; for the test split as preprocess counted it."""
    counted = {name: split["responses"] - split["students"] for name, split in splits.items()}
    return {**counted, "test": facts["scored_test"]} if "test" in splits else counted


def _success_rate(splits: dict[str, dict[str, Any]]) -> float:
    responses = sum(split["responses"] for split in splits.values())
    return float(sum(split["responses"] * split["success_rate"] for split in splits.values()) / responses)
