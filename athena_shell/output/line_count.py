"""How many rows a CSV file has, counted without taking the rows apart."""

from __future__ import annotations

import os
from typing import Final

_BLOCK: Final = 1 << 20
_TELLING: Final = b'"\n'
_REST: Final = bytes(set(range(256)) - set(_TELLING))


def csv_rows(descriptor: int) -> int:
    """Return the rows of a CSV file, its header among them: line ends outside quotes."""
    rows = offset = 0
    quoted = False
    last = b"\n"
    while block := os.pread(descriptor, _BLOCK, offset):
        offset += len(block)
        last = block[-1:]
        # a pair of quotes changes nothing about what follows, and nearly all quotes are in pairs
        parts = block.translate(None, _REST).replace(b'""', b"").split(b'"')
        rows += sum(part.count(b"\n") for part in parts[quoted::2])
        quoted ^= len(parts) % 2 == 0
    return rows + (last != b"\n")
