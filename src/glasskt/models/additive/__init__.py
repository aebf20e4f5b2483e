"""An additive model of named terms: a logit that is a sum, every part of which can be read."""
