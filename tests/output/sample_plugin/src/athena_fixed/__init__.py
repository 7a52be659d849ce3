"""A sample of another package's format for athena-shell."""
