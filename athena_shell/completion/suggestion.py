"""What completion offers."""

from __future__ import annotations

from athena_shell.core.records import dataclass


@dataclass(frozen=True)
class Suggestion:
    """One entry of the menu.

    Attributes:
        text: what is inserted.
        start: the offset in the typed text from which it replaces up to the cursor.
        display: what the menu shows; empty for ``text``.
        meta: a word about it, such as a column's type.
        kind: ``keyword``, ``table``, ``view``, ``column``, ``function``, …
        matched: the indices of the characters of ``display or text`` that were matched.
    """

    text: str
    start: int
    display: str = ""
    meta: str = ""
    kind: str = ""
    matched: tuple[int, ...] = ()
