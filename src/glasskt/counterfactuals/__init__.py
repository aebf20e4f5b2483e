"""What a model would have said of other histories: asked through its trace alone, so that every family is asked the same."""
