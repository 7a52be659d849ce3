"""A stream whose failures are never silent: what was not written raises OutputError.

Python's own standard output swallows a failed flush at exit in some builds and prints a traceback
in others; a sink encodes and writes by itself and, after a failure, leaves nothing behind for the
interpreter to flush.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

from athena_shell.core.errors import OutputError


class Sink:
    """Where results go: standard output, or any text stream.

    Args:
        stream: the text stream; its binary buffer is written to where it has one.
        name: what messages call it.
    """

    def __init__(self, stream: TextIO, name: str = "standard output") -> None:
        self._stream = stream
        self._name = name
        self._binary = getattr(stream, "buffer", None)
        self.tty = bool(stream.isatty()) if not stream.closed else False
        encoding = getattr(stream, "encoding", None) or "utf-8"
        self.encoding = encoding if self.tty else "utf-8"
        self.closed_by_reader = False

    def write(self, text: str) -> None:
        """Write a piece of text; raises OutputError when it cannot be written."""
        try:
            if self._binary is None:
                self._stream.write(text)
            else:
                self._binary.write(encoded(text, self.encoding))
        except (OSError, ValueError) as error:
            raise self._failed(error) from error

    def write_all(self, pieces: Iterable[str]) -> None:
        """Write pieces as they come, showing each at once on a terminal, and flush."""
        for piece in pieces:
            self.write(piece)
            if self.tty:
                self.flush()
        self.flush()

    def write_bytes(self, data: bytes) -> None:
        """Write bytes as they are; raises OutputError when they cannot be written."""
        try:
            if self._binary is None:
                self._stream.write(data.decode("utf-8", "backslashreplace"))
            else:
                self._binary.write(data)
        except (OSError, ValueError) as error:
            raise self._failed(error) from error

    def flush(self) -> None:
        """Hand everything to the operating system; raises OutputError when that fails."""
        try:
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError | ValueError) -> OutputError:
        self._abandon()
        self.closed_by_reader = isinstance(error, BrokenPipeError)
        if self.closed_by_reader:
            return OutputError(f"The reader of {self._name} closed it before the result was whole.")
        return write_error(self._name, error)

    def _abandon(self) -> None:
        """Point the descriptor at nothing, so that a flush at exit can neither fail nor block."""
        with suppress(OSError, ValueError, AttributeError):
            descriptor = self._stream.fileno()
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, descriptor)
            os.close(nothing)


def encoded(text: str, encoding: str = "utf-8") -> bytes:
    """Return the text's bytes; what the encoding lacks is written as a visible escape.

    Bytes that were read from a result and were no UTF-8 come out as they went in.
    """
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        with suppress(UnicodeEncodeError):
            return text.encode(encoding, "surrogateescape")
        return text.encode(encoding, "backslashreplace")


def write_error(name: str, error: OSError | ValueError) -> OutputError:
    """Return the OutputError that says why ``name`` cannot be written and what to do."""
    number = error.errno if isinstance(error, OSError) else None
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return OutputError(f"{name} cannot be written: {reason}.", _HINTS.get(number or 0, ""))


_HINTS = {
    errno.ENOSPC: "Free some space or write to another disk.",
    errno.EDQUOT: "Your quota is used up; free some space or write to another disk.",
    errno.EACCES: "Choose a place where you may write.",
    errno.EPERM: "Choose a place where you may write.",
    errno.EROFS: "Choose a place on a disk that is not read-only.",
    errno.ENOENT: "Make the directory first.",
    errno.ENOTDIR: "Part of the path is a file.",
    errno.EISDIR: "Name a file, not a directory.",
    errno.EFBIG: "The file would be larger than the system allows here.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
}
