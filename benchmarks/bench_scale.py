"""Ten million simulated responses of 200,000 students to 1,000 skills through the commands: preprocess, fit-irt, track-ability.

Each command is a process of its own, imports and compilation included. track-ability learns the drift on 6,000 students, filters and
smooths everyone and writes the table. Memory is the peak of the process. Drawing the responses is not timed.

    python benchmarks/bench_scale.py --threads 2
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import yaml

import assist2015

PER_STUDENT, SKILLS_SHARE = 50, 200
SIGMA, DRIFT = 0.75, 0.008
TARGET_SECONDS, TARGET_GIB = 240, 2 * 1e9 / 2**30


def draw(size: int, path: Path) -> tuple[int, int, int]:
    """Drifting Rasch students in a long table; lengths lognormal, a new skill every 5.5 responses. Students, skills and responses drawn."""
    rng = np.random.default_rng(0)
    students, skills = size // PER_STUDENT, max(10, size // PER_STUDENT // SKILLS_SHARE)
    lengths = rng.lognormal(3.5, 0.95, students)
    lengths = np.clip(lengths * size / lengths.sum(), 3, 2000).astype(np.int64)
    starts, n = np.cumsum(lengths) - lengths, int(lengths.sum())
    fresh = rng.random(n) < 1 / 5.5
    fresh[starts] = True
    skill = rng.choice(skills, size=fresh.sum(), p=rng.dirichlet(np.full(skills, 2.0)))[np.cumsum(fresh) - 1]
    moves = rng.normal(0, DRIFT**0.5, n)
    moves[starts] = rng.normal(0, SIGMA, students)
    walked = np.cumsum(moves)
    theta = walked - np.repeat(walked[starts] - moves[starts], lengths)
    p = 1 / (1 + np.exp(rng.normal(-1.3, 0.7, skills)[skill] - theta))
    columns = {"student": np.repeat(np.arange(students), lengths), "skill": skill, "response": (rng.random(n) < p).astype(np.int8)}
    pd.DataFrame(columns, copy=False).to_parquet(path, index=False)
    return students, skills, n


def configured(folder: Path) -> Path:
    """params.yaml with this data set, and a drift learned on 6,000 students."""
    params = yaml.safe_load((assist2015.ROOT / "params.yaml").read_text())
    params["datasets"]["drawn"] = {"format": "long", "table": str(folder / "long.parquet")}
    params["irt"]["dynamic"] = {"levels": 1, "drift": "learned", "drift_students": 6000}
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(params))
    return path


class Cost(NamedTuple):
    """Of one command: wall and processor seconds, and peak memory."""

    seconds: float
    processor: float
    gib: float


def command(*words: object) -> Cost:
    """Cost of one glasskt command; ends the program where it fails."""
    start = time.perf_counter()
    arguments = [sys.executable, "-m", "glasskt.cli", *map(str, words)]
    _, status, usage = os.wait4(os.spawnv(os.P_NOWAIT, sys.executable, arguments), 0)
    if status:
        sys.exit(f"{words[0]} failed")
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20)


def main() -> None:
    """Print a line per command and the sum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=1e7, help="responses")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        students, skills, n = draw(int(options.size), folder / "long.parquet")
        print(f"{n:,} responses, {students:,} students, {skills:,} skills, {options.threads} thread(s)\n")
        known = ["--params", configured(folder), "--dataset", "drawn", "--threads", options.threads]
        data = ["--interactions", folder / "interactions.parquet", "--facts", folder / "dataset.json"]
        fit = ["--items", folder / "items.parquet", "--irt-fit", folder / "fit.json"]
        steps = {
            "preprocess": ["--raw", folder / "long.parquet", *data],
            "fit-irt": ["--fold", 0, *data, *fit, "--students", folder / "students.parquet"],
            "track-ability": ["--fold", 0, *data, *fit, "--theta", folder / "theta.parquet", "--tracking", folder / "tracking.json"],
        }
        print("| command | seconds | peak memory, GiB |\n|---|---|---|")
        total, peak = 0.0, 0.0
        for step, words in steps.items():
            cost = command(step, *known, *words)
            total, peak = total + cost.seconds, max(peak, cost.gib)
            print(f"| `{step}` | {cost.seconds:.0f} | {cost.gib:.2f} |", flush=True)
        print(f"| all | {total:.0f} (target {TARGET_SECONDS}) | {peak:.2f} (target {TARGET_GIB:.2f}) |")


if __name__ == "__main__":
    main()
