"""The file of a report, opened before anything runs: what cannot be written stops the run.

An earlier run's report is gone from then on: whoever looks after a kill takes no old one for new.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO, cast

from athena_shell.output.sink import write_error

_STANDARD: Final = (1, 2)


class ReportFile:
    """A file that is written anew, or added to.

    Args:
        name: as the user gave it.
        added: whether what the file holds stays.

    Raises OutputError when it cannot be opened.
    """

    def __init__(self, name: str, *, added: bool = False) -> None:
        self._name = name
        try:
            self._stream = _opened(name, "a" if added else "w")
        except OSError as error:
            raise write_error(name, error) from error

    def write(self, text: str) -> None:
        """Write a part of the report; raises OutputError when that fails."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError as error:
            self.close()
            raise write_error(self._name, error) from error

    def close(self) -> None:
        """Close the file; what was written is there already."""
        with suppress(OSError):
            self._stream.close()


def _opened(name: str, mode: str) -> TextIO:
    """Open a file, or the standard stream that goes there."""
    file = _where_standard_output_goes(name)
    if file is None:
        return cast("TextIO", Path(name).open(mode, encoding="utf-8"))
    return cast("TextIO", os.fdopen(os.dup(file), mode, encoding="utf-8"))


def _where_standard_output_goes(name: str) -> int | None:
    """Return the standard stream that goes to the same file, which must not be emptied.

    ``/dev/stderr`` is such a name while ``2>>log`` is in force.
    """
    with suppress(OSError):
        there = Path(name).stat()
        for standard in _STANDARD:
            if stat.S_ISREG(there.st_mode) and os.path.samestat(there, os.fstat(standard)):
                return standard
    return None
