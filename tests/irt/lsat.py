"""The Law School Admission Test, sections 6 and 7: 1,000 examinees, 5 items each (Bock and Lieberman 1970), as in R's mirt and ltm.

Frequencies of the patterns 00000, 00001, ..., 11111, first item first; the item totals are those of the published tables.
"""

import numpy as np
import pandas as pd

from glasskt.data.cohort import Cohort

SECTION_6 = [3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298]
SECTION_7 = [12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28, 7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35, 18, 136, 32, 308]
CORRECT_6 = [924, 709, 553, 763, 870]
CORRECT_7 = [828, 658, 772, 606, 843]


def section_6():
    return _examinees(SECTION_6, CORRECT_6)


def section_7():
    return _examinees(SECTION_7, CORRECT_7)


def _examinees(frequencies, correct):
    patterns = np.array([[(pattern >> (4 - item)) & 1 for item in range(5)] for pattern in range(32)])
    matrix = np.repeat(patterns, frequencies, axis=0)  # (1000, 5)
    assert matrix.sum(axis=0).tolist() == correct
    return matrix


def cohort_of(matrix):
    students, items = matrix.shape
    step = np.tile(np.arange(items), students)
    table = pd.DataFrame({"student": np.repeat(np.arange(students), items), "step": step, "skill": step, "response": matrix.ravel()})
    return Cohort.from_table(table, items)
