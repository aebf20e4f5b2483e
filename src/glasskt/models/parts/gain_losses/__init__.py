"""Losses on gains and mastery, one a file.

None is negative, so that shares of a weighted sum lie in [0, 1]: what the notes reward (a variance, a correlation) is written as what is
missing from its largest possible value, which has the same gradient.
"""
