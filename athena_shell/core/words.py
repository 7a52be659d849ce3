r"""How a name is written as a word behind a command: ``\i 'my file.sql'``."""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final = re.compile(r"""[^\s'"`;:|-][^\s'"`;]*""")
_PIECE: Final = re.compile(r"""'((?:[^']|'')*)'?|[^']+""")


def as_word(name: str) -> str:
    """Return a name as it is typed: in single quotes where it needs them."""
    return name if _PLAIN.fullmatch(name) else "'" + name.replace("'", "''") + "'"


def unfinished(word: str) -> str:
    """Return what a word that is still being typed says so far, without its single quotes."""
    return "".join(
        piece.group() if piece[1] is None else piece[1].replace("''", "'")
        for piece in _PIECE.finditer(word)
    )
