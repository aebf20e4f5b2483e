"""Seconds to read pyKT's ASSIST2015 files, as a whole command and beside the way of one pandas row at a time in one process."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import assist2015
from glasskt.stages import preprocess

TARGET = 2.0  # seconds
BLOCK = {"format": "pykt", "skills": 100, "scored_test": 134640}


def ours(raw: list[Path], out: Path) -> None:
    """The stage `preprocess`."""
    preprocess.run(
        parameters={"datasets.assist2015": BLOCK},
        dataset="assist2015",
        raw=raw,
        interactions=out / "ours.parquet",
        facts=out / "dataset.json",
    )


def row_by_row(raw: list[Path], out: Path) -> None:
    """The way of most preprocessing scripts: `iterrows`, `split(",")`, a list of dicts."""
    rows = []
    for path in raw:
        for _, student in pd.read_csv(path).iterrows():
            pairs = zip(student["concepts"].split(","), student["responses"].split(","), strict=True)
            rows += [
                {"student": student["uid"], "step": step, "skill": int(skill), "response": int(response), "fold": student["fold"]}
                for step, (skill, response) in enumerate(pairs)
            ]
    pd.DataFrame(rows).sort_values(["student", "step"]).to_parquet(out / "naive.parquet", index=False)


def seconds(work: Callable[[list[Path], Path], None], raw: list[Path], out: Path) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work(raw, out)
    return time.perf_counter() - start


def command(raw: list[Path], out: Path) -> None:
    """The whole process, imports included."""
    words = [sys.executable, "-m", "glasskt.cli", "preprocess", "--dataset", "assist2015"]
    files = ["--raw", raw[0], "--raw", raw[1], "--interactions", out / "command.parquet", "--facts", out / "command.json"]
    subprocess.run([*words, *files], check=True, cwd=assist2015.ROOT)


def main(raw: list[Path]) -> None:
    """Time both ways, make sure that they agree, print the ratio."""
    with tempfile.TemporaryDirectory() as out:
        best = {work.__name__: min(seconds(work, raw, Path(out)) for _ in range(3)) for work in (ours, row_by_row)}
        whole = statistics.median(seconds(command, raw, Path(out)) for _ in range(5))
        table, naive = pd.read_parquet(Path(out, "ours.parquet")), pd.read_parquet(Path(out, "naive.parquet"))
    columns = ["student", "step", "skill", "response"]
    if (table[columns].to_numpy() != naive[columns].to_numpy()).any():
        sys.exit("the two ways disagree")
    print(f"glasskt preprocess, whole process   {whole:.2f} s (median of 5, target {TARGET} s)")
    print(f"preprocess    {best['ours']:.2f} s for {len(table):,} responses (best of 3)")
    print(f"row by row    {best['row_by_row']:.2f} s")
    print(f"ratio         {best['row_by_row'] / best['ours']:.1f}")


if __name__ == "__main__":
    main(assist2015.files())
