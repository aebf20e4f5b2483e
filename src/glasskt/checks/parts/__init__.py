"""What checks are made of: the evidence they read, the finding they return, the nulls they stand beside."""
