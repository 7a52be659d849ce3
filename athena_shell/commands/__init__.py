"""Backslash commands, one record each."""
