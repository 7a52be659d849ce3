"""File names for completion."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

_MOST = 200


def files_like(
    typed: str, directory: Path, home: str = "", *, folders_only: bool = False
) -> Sequence[str]:
    """Return the names that begin as typed, folders with a slash behind; nothing on any trouble.

    Args:
        typed: a beginning of a path, from the working directory unless it is absolute.
        directory: the working directory.
        home: what ``~`` stands for, if anything.
        folders_only: leave plain files out.
    """
    head, slash, tail = typed.rpartition("/")
    folder = directory / (head + slash)
    if home and (head + slash).startswith("~/"):
        folder = Path(home, head.removeprefix("~").lstrip("/"))
    try:
        found = sorted(
            (each for each in folder.iterdir() if each.name.startswith(tail)),
            key=lambda each: each.name,
        )
        names = [
            head + slash + each.name + ("/" if each.is_dir() else "")
            for each in islice(found, _MOST)
            if (tail.startswith(".") or not each.name.startswith("."))
            and (not folders_only or each.is_dir())
        ]
    except OSError:
        return ()
    return names
