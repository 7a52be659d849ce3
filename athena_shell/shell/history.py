"""The history file: one checked line for each entry, shared by every shell of this user.

A line is ``v1 TAB seconds TAB checksum TAB text-as-JSON``. It is written by one call under a lock,
so that shells do not tear each other's entries, and a line that does not match its checksum is
passed over, so that damage costs an entry and not the file.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from binascii import crc32
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from athena_shell.core.ports import Clock

_VERSION: Final = "v1"
_FIELDS: Final = 4
_BLOCK: Final = 1 << 16
_SLACK: Final = 2  # the file may grow to this multiple of its size before it is cut
_LONGEST_ENTRY: Final = 1 << 20
_LATEST: Final = 253_402_300_799  # the end of the year 9999


class HistoryFile:
    """What was typed, on disk.

    Args:
        path: the file; made with mode 0600 when the first entry is kept.
        limit: returns how many entries are kept; 0 keeps none.
        clock: the time of an entry.
        warn: is told once why entries cannot be kept.
    """

    def __init__(
        self,
        path: Path,
        limit: Callable[[], int],
        clock: Clock,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._limit = limit
        self._clock = clock
        self._warn = warn
        self._warned = False

    def append(self, text: str) -> None:
        """Keep an entry, secrets cut out; text that begins with a blank is not kept."""
        if not self._limit() or not text.strip() or text[0].isspace() or len(text) > _LONGEST_ENTRY:
            return
        from athena_shell.core.redact import redact

        line = self._line(redact(text))
        try:
            with _locked(self._path) as descriptor:
                _write_line(descriptor, line)
        except OSError as error:
            self._give_up(error)

    def _line(self, text: str) -> bytes:
        import json  # not before the first paint

        body = json.dumps(text)  # ASCII, so that a lone surrogate survives too
        seconds = int(self._clock.now().timestamp())
        return f"{_VERSION}\t{seconds}\t{crc32(body.encode()):08x}\t{body}\n".encode()

    def _give_up(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            self._warn(f"The history {self._path} cannot be kept: {error.strerror}.")

    def entries(self) -> Iterator[str]:
        """Yield the entries of all shells, newest first, made safe to show."""
        return (text for _, text in self.dated())

    def dated(self) -> Iterator[tuple[datetime, str]]:
        """Yield the entries with the moments they were typed, in UTC."""
        from athena_shell.output.sanitize import sanitize

        for line in self._lines_backwards():
            found = _parse(line)
            if found is not None:
                seconds, text = found
                safe = sanitize(text, keep_newlines=True, keep_tabs=True, keep_joiners=True)
                yield datetime.fromtimestamp(seconds, UTC), safe

    def _lines_backwards(self) -> Iterator[bytes]:
        """Yield the file's lines from the last one on, reading only as far as is asked for."""
        try:
            stream = self._path.open("rb")
        except OSError:
            return
        with stream:
            place = stream.seek(0, os.SEEK_END)
            parts: list[bytes] = []
            while place > 0:
                length = min(_BLOCK, place)
                place -= length
                stream.seek(place)
                first, *others = stream.read(length).split(b"\n")
                if others:
                    *whole, tail = others
                    yield tail + b"".join(reversed(parts))
                    yield from reversed(whole)
                    parts = [first]
                else:
                    parts.append(first)
            yield b"".join(reversed(parts))

    def trim(self) -> None:
        """Cut the file to its limit when it has outgrown it; call when the shell ends."""
        with suppress(OSError):
            if not self._path.is_file():  # a device such as /dev/null keeps nothing
                return
            with _locked(self._path):
                data = self._path.read_bytes()
                lines = data.splitlines(keepends=True)
                if len(lines) <= (limit := self._limit()) * _SLACK:
                    return
                _replace(self._path, lines[-limit:] if limit else [])


def _write_line(descriptor: int, line: bytes) -> None:
    """Append a line by one call, behind a line break where damage left none; all or nothing."""
    size = os.fstat(descriptor).st_size
    broken = size and os.pread(descriptor, 1, size - 1) != b"\n"
    data = b"\n" + line if broken else line
    if os.write(descriptor, data) != len(data):
        os.ftruncate(descriptor, size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _parse(line: bytes) -> tuple[int, str] | None:
    """Return a line's moment in seconds and its text, ``None`` when it is damaged."""
    import json  # not before the first paint

    parts = line.split(b"\t", _FIELDS - 1)
    if len(parts) != _FIELDS or parts[0] != _VERSION.encode():
        return None
    if parts[2] != f"{crc32(parts[3]):08x}".encode():
        return None
    try:
        seconds, text = int(parts[1]), json.loads(parts[3])
    except ValueError:
        return None
    return (seconds, text) if isinstance(text, str) and 0 <= seconds <= _LATEST else None


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open the file for appending while no other shell writes to it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if stat.S_ISREG(os.fstat(descriptor).st_mode):  # /dev/null is everybody's
                os.fchmod(descriptor, 0o600)
            if _is_same(descriptor, path):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _is_same(descriptor: int, path: Path) -> bool:
    """Whether the opened file is still the one of that name: another shell may have cut it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


def _replace(path: Path, lines: Iterable[bytes]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.writelines(lines)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
