"""Can a check tell a model that has a property from one that has not? Asked on simulated students, whose truth is known."""
