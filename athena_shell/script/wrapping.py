"""A statement inside another one, with the way back to what was typed."""

from __future__ import annotations

from athena_shell.sql.variables import Substitution


def wrapped(sent: Substitution, prefix: str, suffix: str = "") -> Substitution:
    """Return a statement between two texts; places in it still lead to the typed text."""
    shift = len(prefix)
    spans = tuple((a + shift, b + shift, c, d) for a, b, c, d in sent.spans)
    return Substitution(f"{prefix}{sent.text}{suffix}", ((0, shift, 0, 0), *spans))
