"""The batch program."""
