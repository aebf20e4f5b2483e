"""Responses per second of the ability filters on one core, and how the time grows from 10^5 to 10^7 responses.

Students are drawn with lengths like those of ASSIST2015 (median 21, mean 36) and a new skill every 5.5 responses on average, of 100.
Times are those of the core, not of the clock on the wall, so that other work on the machine weighs less. Compilation is timed apart, on
the first call. Exponent: slope of log time on log responses; 1 is linear.

    OMP_NUM_THREADS=1 python benchmarks/bench_filter.py
"""

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np

from glasskt.data.cohort import Cohort
from glasskt.irt import ability_filter, ability_smoother, gaussian_filter, two_level_filter
from glasskt.irt.two_level_filter import Parameters

SKILLS = 100
SIGMA, DRIFT = 0.74, 0.0076  # of ASSIST2015
MILLION = 1e6


def cohort(size: int) -> Cohort:
    """About `size` responses."""
    rng = np.random.default_rng(0)
    lengths = np.clip(np.exp(rng.normal(np.log(21), 1.04, size // 20)), 3, 620).astype(np.int64)
    lengths = lengths[: np.searchsorted(np.cumsum(lengths), size) + 1]
    offsets = np.r_[0, np.cumsum(lengths)]
    fresh = rng.random(offsets[-1]) < 1 / 5.5
    fresh[offsets[:-1]] = True
    skill = rng.integers(SKILLS, size=fresh.sum())[np.cumsum(fresh) - 1]
    return Cohort(
        students=np.arange(len(lengths)),
        offsets=offsets,
        skill=skill,
        response=(rng.random(offsets[-1]) < 0.73).astype(np.int8),
        n_skills=SKILLS,
    )


def main() -> None:
    """Print the table, the exponents and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=float, default=1e7, help="responses")
    parser.add_argument("--rounds", type=int, default=3, help="the best of which counts")
    options = parser.parse_args()
    beta = np.random.default_rng(1).normal(-1.3, 0.7, SKILLS)
    learning = np.tile([0.6, 0.1], (SKILLS, 1))
    parameters = Parameters(sigma=1.0, tau=1.2, drift_general=0.01, drift_skill=0.3, beta=beta, learning=learning)
    work: dict[str, tuple[Callable[[Cohort], object], float | None]] = {
        "1-D Gaussian": (lambda c: gaussian_filter.track(c, beta, SIGMA, DRIFT), 5.0),
        "1-D exact grid": (lambda c: ability_filter.track(c, beta, SIGMA, DRIFT), 5.0),
        "1-D exact grid, q = 0": (lambda c: ability_filter.track(c, beta, SIGMA, 0.0), 5.0),
        "1-D exact smoother": (lambda c: ability_smoother.smooth(c, beta, SIGMA, DRIFT), None),
        "two-level": (lambda c: two_level_filter.track(c, parameters), 1.0),
    }
    small = cohort(1000)
    compiling = {name: seconds(run, small, 1) for name, (run, _) in work.items()}
    sizes = np.geomspace(1e5, options.largest, max(2, round(np.log10(options.largest / 1e5)) + 1))
    cohorts = [cohort(int(size)) for size in sizes]
    print("million responses a second\n")
    print(
        "| filter | "
        + " | ".join(f"{len(c):,}" for c in cohorts)
        + " | target | exponent | compilation, s |\n"
        + "|---" * (len(cohorts) + 4)
        + "|"
    )
    for name, (run, target) in work.items():
        times = np.array([seconds(run, c, options.rounds) for c in cohorts])
        sizes = np.array([len(c) for c in cohorts])
        exponent = np.polyfit(np.log(sizes), np.log(times), 1)[0]
        rates = " | ".join(f"{rate:.2f}" for rate in sizes / times / MILLION)
        print(f"| {name} | {rates} | {target or ''} | {exponent:.2f} | {compiling[name]:.1f} |", flush=True)
    print(f"\npeak memory of the whole run {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


def seconds(run: Callable[[Cohort], object], on: Cohort, rounds: int) -> float:
    """The least time that one core worked on a call."""
    best = np.inf
    for _ in range(rounds):
        start = time.process_time()
        run(on)
        best = min(best, time.process_time() - start)
    return float(best)


if __name__ == "__main__":
    main()
