"""Reference predictors: the ladder that every other family is measured against."""
