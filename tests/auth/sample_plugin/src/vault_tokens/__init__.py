"""A sample of another package's plugins for athena-shell."""
