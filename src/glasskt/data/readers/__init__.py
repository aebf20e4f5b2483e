"""One reader per file format; each returns the interactions table."""
