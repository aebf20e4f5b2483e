"""Real responses per second of forward, backward and step: length-bucketed batches against the same network padded to 200, batch 64.

Lengths are those of ASSIST2015's training and validation students. Skills
and responses are drawn at random, which costs the same. Padded to 200 means what pyKT does: longer histories are cut into pieces of 200 and
every piece is filled up. One run prints all rates and ratios:

    OMP_NUM_THREADS=1 python benchmarks/bench_training.py
"""

import argparse
import csv
import os
import time
from collections.abc import Iterator
from itertools import islice

import numpy as np
import torch
from torch import nn

import assist2015
from glasskt.data.batches import assemble, batches, buckets, padding_share
from glasskt.data.cohort import Cohort
from glasskt.models.dkt.network import Network
from glasskt.models.dkt.settings import Settings
from glasskt.models.parts.l_bce import l_bce
from glasskt.training.objective import TensorBatch

SKILLS = 100
NETWORKS = {
    "LSTM 128": ({"kind": "lstm", "width": 128}, 5.0),
    "attention 64 x 2": ({"kind": "attention", "width": 64, "blocks": 2, "heads": 4}, 4.0),
}


def lengths_of_assist2015() -> np.ndarray:
    """Responses per student."""
    csv.field_size_limit(10**7)
    with assist2015.files()[0].open() as file:
        return np.array([len(row["responses"].split(",")) for row in csv.DictReader(file)])


def cohort(lengths: np.ndarray) -> Cohort:
    """Random responses of students with these lengths."""
    rng = np.random.default_rng(0)
    n = int(lengths.sum())
    return Cohort(
        students=np.arange(len(lengths)),
        offsets=np.r_[0, np.cumsum(lengths)].astype(np.int64),
        skill=rng.integers(SKILLS, size=n),
        response=rng.integers(2, size=n).astype(np.int8),
        n_skills=SKILLS,
    )


def bucketed(lengths: np.ndarray, tokens_per_batch: int) -> Iterator[TensorBatch]:
    """As training does, in random order of batches, over and over."""
    students, generator = cohort(lengths), np.random.default_rng(1)
    while True:
        for batch in batches(students, tokens_per_batch, generator):
            yield TensorBatch.of(batch, torch.device("cpu"))


def padded(lengths: np.ndarray, length: int = 200, size: int = 64) -> Iterator[TensorBatch]:
    """Pieces of at most 200 responses, shuffled, 64 to a batch, each filled up to 200."""
    pieces = np.array([min(length, n - start) for n in lengths for start in range(0, n, length)])
    students, generator = cohort(pieces), np.random.default_rng(1)
    while True:
        for group in np.array_split(generator.permutation(len(pieces)), len(pieces) // size):
            batch = TensorBatch.of(assemble(students, group), torch.device("cpu"))
            fill = (0, length - batch.valid.shape[1])
            skill, response, rows, valid = (nn.functional.pad(x, fill) for x in (batch.skill, batch.response, batch.rows, batch.valid))
            yield TensorBatch(students=batch.students, rows=rows, skill=skill, response=response, valid=valid)


def rate(encoder: dict, stream: Iterator[TensorBatch], seconds: float) -> float:
    """Responses learned from in a second, after one batch of warming up."""
    torch.manual_seed(0)
    network = Network(Settings.model_validate({"encoder": encoder}), SKILLS).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)

    def step(batch: TensorBatch) -> int:
        loss = l_bce(network(batch.skill, batch.response).logit_before, batch.response, batch.valid)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        return int(batch.valid.sum())

    for batch in islice(stream, 3):
        step(batch)
    responses, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        responses += step(next(stream))
    return responses / (time.perf_counter() - start)


def main() -> None:
    """Print the table; the two ways of batching take turns, so that a busy machine slows both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens-per-batch", type=int, default=2048)
    options = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    lengths = lengths_of_assist2015()
    waste = padding_share(buckets(lengths, options.tokens_per_batch), lengths)
    print(f"{len(lengths)} students, {lengths.sum()} responses, {torch.get_num_threads()} thread(s)")
    print(f"padding: bucketed {waste:.1%}, padded to 200 {1 - lengths.sum() / (200 * np.ceil(lengths / 200).sum()):.1%}")
    print(f"{'network':<18}{'padded/s':>12}{'bucketed/s':>12}{'ratio':>8}{'lowest':>8}{'target':>8}")
    for name, (encoder, target) in NETWORKS.items():
        slow, fast = padded(lengths), bucketed(lengths, options.tokens_per_batch)
        rounds = np.array([(rate(encoder, slow, options.seconds), rate(encoder, fast, options.seconds)) for _ in range(options.rounds)])
        ratios = rounds[:, 1] / rounds[:, 0]
        medians = np.median(rounds, axis=0)
        print(f"{name:<18}{medians[0]:>12,.0f}{medians[1]:>12,.0f}{np.median(ratios):>8.2f}{ratios.min():>8.2f}{target:>8.1f}")


if __name__ == "__main__":
    main()
