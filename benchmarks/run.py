"""Every benchmark of this folder in turn; each prints ratios measured in one run."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent

failed = []
for benchmark in sorted(FOLDER.glob("bench_*.py")):
    print(f"== {benchmark.stem}", flush=True)
    if subprocess.run([sys.executable, benchmark]).returncode:
        failed.append(benchmark.stem)
sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
