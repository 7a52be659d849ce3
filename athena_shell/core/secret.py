"""A value that hides itself from screens, logs and tracebacks."""

from __future__ import annotations

from typing import Final

_SHOWN_CHARACTERS: Final = 4
_SHORTEST_PARTLY_SHOWN: Final = 16


class Secret:
    """A secret text with its origin; only ``reveal`` gives the text.

    Args:
        value: the secret itself.
        origin: where it came from, such as ``file /run/token``; shown in place of the value.
    """

    __slots__ = ("_value", "origin")

    def __init__(self, value: str, origin: str = "") -> None:
        self._value = value
        self.origin = origin

    def reveal(self) -> str:
        """Return the secret text, for the one call that needs it."""
        return self._value

    def masked(self) -> str:
        """Return ``…abcd``: the last four characters of a long secret, none of a short one."""
        if len(self._value) < _SHORTEST_PARTLY_SHOWN:
            return "…"
        return "…" + self._value[-_SHOWN_CHARACTERS:]

    def __repr__(self) -> str:
        origin = f" from {self.origin}" if self.origin else ""
        return f"<secret {self.masked()}{origin}>"

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return format(repr(self), specification)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a secret is never pickled")
