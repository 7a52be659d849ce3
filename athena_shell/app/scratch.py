"""A directory that lives as long as its program, and is removed later when that was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

_PREFIX: Final = "athena-shell-"
_HELD: Final = ".held"
_OPEN: Final = os.O_RDWR | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
_MOST: Final = 20  # at once, since nobody waits gladly for a program to end


class Scratch:
    """Makes a directory of its own, with a file in it that is locked while the program lives.

    The system lets go of the lock of a killed program; whoever closes its own directory then
    removes what that one has left.

    Args:
        parent: where it is made; the system's temporary directory unless named.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self._parent = parent or Path(tempfile.gettempdir())
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._parent))
        new = self.path / f"{_HELD}.new"
        self._lock = os.open(new, _OPEN | os.O_CREAT | os.O_EXCL, 0o600)
        with suppress(OSError):  # a file system without locks
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        new.rename(self.path / _HELD)  # nobody ever finds it unlocked

    def close(self) -> None:
        """Remove the directory, and some of those that killed programs have left."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)
        removed = 0
        for held in self._parent.glob(f"{_PREFIX}*/{_HELD}"):
            if removed == _MOST:
                return
            removed += _remove_left(held)


def _remove_left(held: Path) -> bool:
    folder = held.parent
    with suppress(OSError):
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != os.getuid():
            return False
        descriptor = os.open(held, _OPEN)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)
        return True
    return False
