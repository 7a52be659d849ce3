"""Which shells are alive: each holds a lock that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from pathlib import Path
from typing import Final

_BITS: Final = 40
_PRIVATE_FILE: Final = 0o600
_here: set[str] = set()


class Presence:
    """This shell's sign of life, in a file that all shells of a user share.

    A shell's name is the offset of the byte that it keeps locked. POSIX locks belong to a process
    and end with it, but also when it closes the file, so the file stays open until ``close``.

    Args:
        path: the shared file; it stays empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._lock = threading.Lock()
        self.name = f"{secrets.randbits(_BITS):x}"

    def announce(self) -> None:
        """Take the lock, once. Raises OSError."""
        with self._lock:
            if self._descriptor is not None:
                return
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE)
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(self.name, 16))
            self._descriptor = descriptor
            _here.add(self.name)

    def is_alive(self, name: str) -> bool:
        """Whether the shell of that name still runs."""
        if name in _here:
            return True
        try:
            self.announce()
            offset = int(name, 16)
            assert self._descriptor is not None  # noqa: S101 - announce set it
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
        except BlockingIOError:
            return True
        except (OSError, ValueError):
            return False
        fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, offset)
        return False

    def close(self) -> None:
        """Give the lock up."""
        with self._lock:
            _here.discard(self.name)
            if self._descriptor is not None:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, int(self.name, 16))
                os.close(self._descriptor)
                self._descriptor = None
