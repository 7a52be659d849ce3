"""Numbers of things in words: ``1 row``, ``1,234 rows``."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, which takes an s unless there is just one."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
