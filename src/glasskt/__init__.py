"""Glass-box knowledge tracing: from response logs to a paper about what a model has really learned."""

__version__ = "0.1.0"
