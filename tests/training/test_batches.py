"""Batches hold every response once and little else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glasskt.data.batches import batches, buckets, padding_share
from glasskt.data.cohort import Cohort


def cohort(lengths):
    n = int(np.sum(lengths))
    return Cohort(
        students=np.arange(len(lengths)),
        offsets=np.r_[0, np.cumsum(lengths)].astype(np.int64),
        skill=np.arange(n) % 7,
        response=(np.arange(n) % 2).astype(np.int8),
        n_skills=7,
    )


@given(lengths=st.lists(st.integers(1, 60), min_size=1, max_size=80), tokens=st.integers(1, 500), seed=st.none() | st.integers(0, 99))
def test_every_response_is_in_exactly_one_batch_within_the_budget(lengths, tokens, seed):
    students = cohort(lengths)
    seen = []
    for batch in batches(students, tokens, None if seed is None else np.random.default_rng(seed)):
        assert batch.rows.size <= tokens or len(batch.students) == 1
        assert batch.valid.any(axis=0).all()  # no column is padding alone
        assert (batch.skill[batch.valid] == students.skill[batch.rows[batch.valid]]).all()
        assert (batch.response[batch.valid] == students.response[batch.rows[batch.valid]]).all()
        assert (students.student_of_row[batch.rows] == batch.students[:, None]).all()
        seen.append(batch.rows[batch.valid])
    assert sorted(np.concatenate(seen)) == list(range(len(students)))


def test_little_is_padding_at_the_lengths_of_assist2015():
    lengths = np.clip(np.random.default_rng(0).lognormal(3.05, 1.0, 12_000).astype(np.int64), 3, 618)
    assert padding_share(buckets(lengths, 2048, np.random.default_rng(1)), lengths) < 0.05


def test_a_seed_fixes_the_order_and_another_changes_it():
    lengths = np.random.default_rng(0).integers(1, 30, 300)
    first, again, other = (np.concatenate(buckets(lengths, 64, np.random.default_rng(seed))) for seed in (5, 5, 6))
    assert (first == again).all()
    assert (first != other).any()


def test_the_number_of_batches_does_not_depend_on_the_shuffle():
    lengths = np.random.default_rng(0).integers(1, 30, 300)
    assert len({len(buckets(lengths, 64, np.random.default_rng(seed))) for seed in range(20)}) == 1


def test_one_long_sequence_is_a_batch_of_its_own():
    assert [group.tolist() for group in buckets(np.array([618, 2]), tokens_per_batch=100)] == [[1], [0]]


def test_no_students_make_no_batches():
    with pytest.raises(StopIteration):
        next(batches(cohort([]), 10))
