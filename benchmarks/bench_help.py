"""Seconds until `glasskt --help` answers, as a whole process, beside an empty Python process."""

import statistics
import subprocess
import sys
import time

RUNS = 7
TARGET = 0.3  # seconds


def median_seconds(*words: str) -> float:
    """Median over the runs after one warm-up."""
    times = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


python = median_seconds(sys.executable, "-c", "pass")
answer = median_seconds(sys.executable, "-m", "glasskt.cli", "--help")
print(f"glasskt --help: {answer:.2f} s (target {TARGET} s), {answer / python:.1f} times an empty Python process ({python:.2f} s)")
