"""A terminal that is there no more: closed, or its connection lost."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import Final, TextIO

_CODES: Final = frozenset({errno.EIO, errno.ENXIO, errno.EBADF, errno.EPIPE})


def is_gone(error: OSError) -> bool:
    """Whether an error of reading or writing says that the terminal is gone."""
    return error.errno in _CODES


def let_go(*streams: TextIO) -> None:
    """Point streams that cannot be written at nothing, so that the last flush cannot fail."""
    for stream in streams:
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, stream.fileno())
                os.close(nothing)
