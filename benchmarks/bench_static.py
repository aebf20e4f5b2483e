"""Core seconds of the static Rasch fit on all training and validation responses of ASSIST2015, beside py-irt's 2,000 epochs.

Both begin with the counts of successes and trials; imports, reading and counting are apart and stated. py-irt's is one training, one
thread, its own start and vague priors; making its data set is apart. Ours is given twice: the estimates from one start, which is what
py-irt's training gives, and the whole fit, with a second start, standard errors and what the guards read.

    OMP_NUM_THREADS=1 python benchmarks/bench_static.py
"""

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import assist2015
from glasskt.data.cohort import Cohort
from glasskt.data.interactions import table_of
from glasskt.data.readers import pykt
from glasskt.irt import rasch
from glasskt.irt.ascent import climb
from glasskt.irt.counts import Counts, every_response

TARGET = 50


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What a call returns, and the seconds that the cores worked on it."""
    start = time.process_time()
    return work(), time.process_time() - start


def responses() -> Counts:
    """Of the students of all five folds."""
    table = table_of(pykt.read(*assist2015.files(), 100))
    return every_response(Cohort.from_table(table[table["fold"].notna()], 100))


def near(counts: Counts) -> np.ndarray:
    """Difficulties from the success rates' start."""
    likelihood = rasch.MarginalLikelihood(counts)
    return climb(likelihood, likelihood.starts()[0], 500).parameters[:-1]


def imported() -> Any:
    """py-irt and torch, silent."""
    import torch
    from py_irt import anchor_utils, config, dataset, training

    anchor_utils.console.quiet = True
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    return config, dataset, training


def dataset_of(counts: Counts, dataset: Any) -> Any:
    """py-irt's form of every response, repeats kept."""
    each = np.r_[counts.successes, counts.trials - counts.successes].astype(np.int64)
    cells = np.repeat(np.tile(np.arange(len(counts.trials)), 2), each)
    students, skills = ({str(index): index for index in range(size)} for size in (counts.n_students, counts.n_skills))
    return dataset.Dataset(
        item_ids=set(skills),
        subject_ids=set(students),
        item_id_to_ix=skills,
        ix_to_item_id={index: name for name, index in skills.items()},
        subject_id_to_ix=students,
        ix_to_subject_id={index: name for name, index in students.items()},
        observation_subjects=counts.student[cells].tolist(),
        observation_items=counts.skill[cells].tolist(),
        observations=np.repeat(np.repeat([1.0, 0.0], len(counts.trials)), each).tolist(),
        training_example=[True] * int(each.sum()),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=2000)
    options = parser.parse_args()
    counts, reading = timed(responses)
    one_start, alone = timed(lambda: near(counts))
    fit, whole = timed(lambda: rasch.fit(counts))
    (config, dataset, training), importing = timed(imported)
    data, making = timed(lambda: dataset_of(counts, dataset))
    trainer = training.IrtModelTrainer(
        data_path=None, config=config.IrtConfig(model_type="1pl", priors="vague", initializers=[]), dataset=data, verbose=False
    )
    _, theirs = timed(lambda: trainer.train(epochs=options.epochs, device="cpu"))
    beta = np.array(trainer.last_params["diff"])
    print(f"{int(counts.trials.sum()):,} responses of {counts.n_students:,} students; reading and counting {reading:.1f} s,")
    print(f"importing py-irt {importing:.1f} s, its data set {making:.1f} s\n")
    print(f"| fit | core seconds | py-irt's by it (target {TARGET}) | mean beta | sd of beta |\n|---|---|---|---|---|")
    for name, seconds, difficulties in (
        ("marginal maximum likelihood, one start", alone, one_start),
        ("the same, two starts and standard errors", whole, fit.beta),
        (f"py-irt, {options.epochs:,} epochs", theirs, beta),
    ):
        print(f"| {name} | {seconds:.2f} | {theirs / seconds:.0f} | {difficulties.mean():.2f} | {difficulties.std():.2f} |")


if __name__ == "__main__":
    main()
