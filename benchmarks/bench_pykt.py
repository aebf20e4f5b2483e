"""Real responses per second of a training step: glasskt against pyKT's own code, on the training students of ASSIST2015.

pyKT is installed apart from glasskt, since it asks for other versions of the same libraries:

    python3.11 -m venv pykt-env && pykt-env/bin/pip install torch==2.13.0 pykt-toolkit==0.0.38
    OMP_NUM_THREADS=1 GLASSKT_PYKT=pykt-env/bin/python python benchmarks/bench_pykt.py

Both read the same file, learn with batches of about 64 pieces of 200 (pyKT) or 2,048 positions (glasskt), and run on one thread in turns.
Loading and cutting the data is not timed. Networks are of one family and width: LSTM 128 (DKT), attention 64 x 2 blocks x 4 heads.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

import assist2015
from bench_training import NETWORKS, bucketed, lengths_of_assist2015, rate

PEERS = (("LSTM 128", "dkt", 5.0), ("attention 64 x 2", "sakt", 4.0), ("attention 64 x 2", "akt", 4.0))
ROUNDS, SECONDS = 3, 6.0


def peer(python: str, network: str) -> float:
    """Responses per second of pyKT's network."""
    script = Path(__file__).parent / "pykt_rate.py"
    command = [python, str(script), str(assist2015.files()[0]), network, str(SECONDS)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"pyKT's {network} did not run: {done.stderr.strip().splitlines()[-1]}")
    return float(json.loads(done.stdout)["responses_per_second"])


def main() -> None:
    """Print the table."""
    python = os.environ.get("GLASSKT_PYKT")
    if not python:
        print("skipped: set GLASSKT_PYKT to the Python of an environment with pykt-toolkit (see the head of this file)")
        return
    lengths = lengths_of_assist2015()
    print(f"{'network':<18}{'peer':<8}{'pyKT/s':>10}{'glasskt/s':>12}{'ratio':>8}{'lowest':>8}{'target':>8}")
    for name, network, target in PEERS:
        stream = bucketed(lengths, 2048)
        rounds = np.array([(peer(python, network), rate(NETWORKS[name][0], stream, SECONDS)) for _ in range(ROUNDS)])
        ratios, medians = rounds[:, 1] / rounds[:, 0], np.median(rounds, axis=0)
        print(f"{name:<18}{network:<8}{medians[0]:>10,.0f}{medians[1]:>12,.0f}{np.median(ratios):>8.2f}{ratios.min():>8.2f}{target:>8.1f}")


if __name__ == "__main__":
    main()
