"""How long it takes to find that there is nothing to do, in a study of 99 runs: glasskt why, snakemake -n, dvc status."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "tests/engines"), str(ROOT / "tests/reruns")]

import made_results  # noqa: E402
import workspace as engines  # noqa: E402

SEEDS = list(range(1, 34))
ALLOWED = {"why": 3.0, "snakemake": 10.0, "dvc": 10.0}
COMMANDS = {
    "why": ["glasskt", "why"],
    "snakemake": ["snakemake", "--cores", "1", "--dry-run", "--quiet", "all"],
    "dvc": ["dvc", "status", "--quiet"],
}


def timed(place: engines.Workspace, words: list[str]) -> float:
    """The better of two runs: the first may fill caches."""
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        place.run(*words)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> None:
    """Print the times, and fail where one is over what is asked."""
    with tempfile.TemporaryDirectory() as folder:
        place = engines.make_workspace(Path(folder) / "many runs", engines.TINY.replace("seeds: [1]", f"seeds: {SEEDS}"))
        subprocess.run([sys.executable, __file__, "fill"], cwd=place.path, env=place.environment, check=True)
        start = time.perf_counter()
        place.run("glasskt", "sync")
        print(f"glasskt sync, nothing known to either engine: {time.perf_counter() - start:.0f} s")
        found = {name: timed(place, words) for name, words in COMMANDS.items()}
    for name, seconds in found.items():
        print(f"{' '.join(COMMANDS[name]):<48}{seconds:5.1f} s, asked: under {ALLOWED[name]:.0f} s")
    sys.exit(any(seconds > ALLOWED[name] for name, seconds in found.items()))


def fill() -> None:
    """Write outputs and records of every step of the study of the working folder."""
    from glasskt import config
    from glasskt.graph import expand

    for number, step in enumerate(expand(config.load()).steps):
        made_results.run_without_work(step, str(number))


if __name__ == "__main__":
    fill() if sys.argv[1:] == ["fill"] else main()
