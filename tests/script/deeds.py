"""What a script does to the machine: programs it starts, files it opens to write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SPAWNS = {
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "pty.spawn",
    "subprocess.Popen",
}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC

_watching: list[str] | None = None


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching is None:
        return
    if event in SPAWNS:
        _watching.append(event)
    elif event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES:
        _watching.append(f"open {arguments[0]}")
    elif event in {"os.rename", "os.remove", "os.mkdir", "os.link", "os.symlink", "os.truncate"}:
        _watching.append(f"{event} {arguments[0]}")


sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect what is spawned, written, moved or removed while the block lasts."""
    global _watching  # noqa: PLW0603 - an audit hook cannot be taken away, only told to look away
    _watching = []
    yield _watching
    _watching = None
