"""A growing file brought to the disk while more of it arrives."""

from __future__ import annotations

import os
from functools import partial
from typing import Final

from athena_shell.athena.ahead import Ahead

_TOGETHER: Final = 32 << 20


class Syncing:
    """Syncs a file now and then in the background, so that little is left to sync at its end.

    Args:
        descriptor: the file.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._under_way: Ahead[None] | None = None
        self._asked_at = 0

    def advance(self, size: int) -> None:
        """Hear that so many bytes are written; not for two threads at once."""
        if size - self._asked_at < _TOGETHER:
            return
        if self._under_way is not None:
            if not self._under_way.is_done:
                return
            self._under_way.result()  # the system tells an error of the disk only once
        self._asked_at = size
        self._under_way = Ahead(partial(os.fsync, self._descriptor))

    def end(self) -> None:
        """Wait until all bytes are on the disk; raises OSError when one could not be written."""
        if self._under_way is not None:
            self._under_way.result()
        os.fsync(self._descriptor)
