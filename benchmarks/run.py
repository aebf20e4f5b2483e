"""Every benchmark of this folder in turn; each prints ratios measured in one run."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent

for benchmark in sorted(FOLDER.glob("bench_*.py")):
    print(f"== {benchmark.stem}", flush=True)
    subprocess.run([sys.executable, benchmark], check=True)
