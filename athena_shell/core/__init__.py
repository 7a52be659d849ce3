"""Nouns, ports and the error tree; standard library only."""
