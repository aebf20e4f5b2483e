"""`additive.monotone` on 10^5 to 10^7 simulated responses to 10 to 1,000 skills, features included; how the cost grows.

Each fit is a process of its own on one core, imports included; it learns from the training students of fold 0, 64 % of the responses. The
exponents are those of `processor seconds ~ responses^k`, between neighbours: skills grow with the responses, as they do in larger logs.

    python benchmarks/bench_additive.py --sizes 1e5 1e6
"""

import argparse
import math
import tempfile
from pathlib import Path

from bench_scale import Cost, command, configured, draw

VARIANT = "additive.monotone"


def fitted(folder: Path, size: int) -> tuple[int, int, Cost]:
    """Responses and skills drawn, and the cost of the fit."""
    _, skills, n = draw(size, folder / "long.parquet")
    known = ["--params", configured(folder), "--dataset", "drawn"]
    data = ["--interactions", folder / "interactions.parquet", "--facts", folder / "dataset.json"]
    targets = ["--items", folder / "items.parquet", "--irt-fit", folder / "fit_irt.json"]
    made = ["--model", folder / "model.safetensors", "--history", folder / "history.csv", "--fit", folder / "fit.json"]
    command("preprocess", *known, "--raw", folder / "long.parquet", *data)
    command("fit-irt", *known, "--fold", 0, *data, *targets, "--students", folder / "students.parquet")
    cost = command("train", *known, "--fold", 0, "--variant", VARIANT, "--seed", 1, *data, *targets, *made)
    return n, skills, cost


def main() -> None:
    """Print a line per size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=float, nargs="+", default=[1e5, 1e6, 1e7], help="responses")
    sizes = parser.parse_args().sizes
    print("| responses | skills | processor seconds | exponent | peak memory, GiB |\n|---|---|---|---|---|")
    before: tuple[int, float] | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            n, skills, cost = fitted(Path(name), int(size))
        exponent = "" if before is None else f"{math.log(cost.processor / before[1]) / math.log(n / before[0]):.2f}"
        print(f"| {n:,} | {skills:,} | {cost.processor:.0f} | {exponent} | {cost.gib:.2f} |", flush=True)
        before = n, cost.processor


if __name__ == "__main__":
    main()
