"""A file that is whole or absent, whatever happens while it is written."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedIOBase, BufferedRandom, BufferedWriter, FileIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from athena_shell.core.errors import OutputError
from athena_shell.core.model import Transferred
from athena_shell.output.sink import encoded, write_error

if TYPE_CHECKING:
    from typing_extensions import Buffer

_BUFFER: Final = 1 << 18
_OPEN: Final = os.O_RDWR | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
_NAMELESS: Final = getattr(os, "O_TMPFILE", 0)  # Linux: a file without a name until it is whole
_PART: Final = ".part"
_TOKEN: Final = re.compile("[0-9a-f]{12}")
_UNSUPPORTED: Final = frozenset(
    {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL, errno.ENOSYS}
)


class _File(FileIO):
    """A raw file whose refused writes are OutputErrors, whoever makes them."""

    def __init__(self, file: Path | int, mode: str, path: Path) -> None:
        super().__init__(file, mode)
        self._path = path

    def write(self, data: Buffer, /) -> int:
        """Write bytes; raises OutputError when the disk refuses."""
        try:
            return super().write(data)
        except OSError as error:
            raise write_error(str(self._path), error) from error


class FileWriter:
    """The bytes of an export on their way to a file; failures to write are OutputErrors.

    Args:
        stream: a buffered stream above the file.
        regular: whether it is a file on a disk, which can be written at any offset.
    """

    def __init__(self, stream: BufferedIOBase, *, regular: bool = True) -> None:
        self._stream = stream
        self.regular = regular
        self.written = 0
        self._spoilt: OutputError | None = None

    def write(self, data: str | bytes) -> None:
        """Write text as UTF-8, or bytes; raises OutputError when the disk refuses."""
        raw = encoded(data) if isinstance(data, str) else data
        self._stream.write(raw)
        self.written += len(raw)

    def fill(self, copy: Callable[[int], Transferred]) -> Transferred:
        """Let ``copy`` fill the empty file through its descriptor; return what it did.

        After a failure the file is empty again, so that another way can be tried.
        """
        descriptor = self._stream.fileno()
        try:
            done = copy(descriptor)
        except BaseException:
            os.ftruncate(descriptor, 0)
            raise
        self.written = self._stream.seek(0, os.SEEK_END)
        return done

    @contextmanager
    def whole_or_undone(self) -> Iterator[None]:
        """Take back what the block has written when it fails; a device keeps it.

        Where even that fails the file cannot become whole any more: ``check`` says so.
        """
        start, written = (self._stream.tell() if self.regular else 0), self.written
        try:
            yield
        except BaseException:
            if self.regular:
                try:
                    self._stream.seek(start)
                    self._stream.truncate()
                except OutputError as error:
                    self._spoilt = error
            self.written = written
            raise

    def check(self) -> None:
        """Raise OutputError when the file holds a part of what was to be written."""
        if self._spoilt is not None:
            raise self._spoilt

    @property
    def binary(self) -> IO[bytes]:
        """The stream itself, for libraries that write by themselves and may seek."""
        return cast("IO[bytes]", self._stream)


def refuse_taken(path: Path, *, force: bool = False, folder: bool = False) -> None:
    """Refuse a target that cannot become a file, before anything costly is done for it.

    Args:
        path: the target.
        force: whether an existing file may be replaced.
        folder: whether a directory is a target too.

    Raises:
        OutputError: it exists already, is a directory, or cannot be written where it is to be.
    """
    target = Path(os.path.realpath(path))
    mode = _mode_of(path)
    if mode is None and not target.parent.is_dir():
        number = errno.ENOENT
        raise write_error(str(path), OSError(number, os.strerror(number)))
    if mode is not None and stat.S_ISDIR(mode) and not folder:
        raise write_error(str(path), OSError(errno.EISDIR, os.strerror(errno.EISDIR)))
    if mode is not None and stat.S_ISREG(mode) and not force:
        raise _exists(path)
    if mode is None or stat.S_ISREG(mode):
        _opened_part(target, path).discard()


@contextmanager
def whole_or_absent(path: Path, *, force: bool = False) -> Iterator[FileWriter]:
    """Open a file that appears under its name only when the block has ended well.

    The bytes are written beside the target, synced, and then given the target's name at once; the
    directory is synced too. On Linux the file has no name before that, so that not even a kill
    leaves a part of it behind. A device or a pipe is written to directly.

    Args:
        path: the target; a symbolic link is followed.
        force: replace an existing file, keeping its mode.

    Raises:
        OutputError: the target exists, its directory is missing or read-only, the disk is full.
    """
    target = Path(os.path.realpath(path))
    mode = _mode_of(path)
    if mode is not None and not stat.S_ISREG(mode):
        with _device(path) as writer:
            yield writer
        return
    if mode is not None and not force:
        raise _exists(path)
    part = _opened_part(target, path)
    try:
        writer = FileWriter(part.stream)
        yield writer
        writer.check()
        part.complete(mode, replace=force)
    finally:
        part.discard()


def _opened_part(target: Path, path: Path) -> _Part:
    try:
        return _Part(target, path)
    except OSError as error:
        raise write_error(str(path), error) from error


class _Part:
    """The file while it is written, with or without a name."""

    def __init__(self, target: Path, path: Path) -> None:
        self._target = target
        self._path = path
        self._name: Path | None = None
        self.stream = BufferedRandom(_File(self._open(), "r+b", path), _BUFFER)

    def _open(self) -> int:
        descriptor = self._opened()
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _sweep(self._target)
        return descriptor

    def _opened(self) -> int:
        directory = self._target.parent
        if _NAMELESS and Path("/proc/self/fd").is_dir():
            try:
                return os.open(directory, _NAMELESS | os.O_RDWR | os.O_CLOEXEC, 0o600)
            except OSError as error:
                if error.errno not in _UNSUPPORTED or not directory.is_dir():
                    raise
        name = self._beside()
        descriptor = os.open(name, _OPEN | os.O_CREAT | os.O_EXCL, 0o600)
        self._name = name
        return descriptor

    def _beside(self) -> Path:
        return self._target.with_name(f"{_stem(self._target)}{secrets.token_hex(6)}{_PART}")

    def complete(self, mode: int | None, *, replace: bool) -> None:
        """Sync the bytes and give them the target's name, atomically."""
        try:
            self.stream.flush()
            descriptor = self.stream.fileno()
            os.fchmod(descriptor, stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
            os.fsync(descriptor)
            self._publish(descriptor, replace=replace)
            _sync_directory(self._target.parent)
        except FileExistsError:
            raise _exists(self._path) from None
        except OSError as error:
            raise write_error(str(self._path), error) from error

    def _publish(self, descriptor: int, *, replace: bool) -> None:
        if self._name is None:
            name = self._beside() if replace else self._target
            _name_file(descriptor, name)
            if not replace:
                return
            self._name = name
        if replace:
            self._name.replace(self._target)
        else:
            self._link(self._name)
        self._name = None

    def _link(self, name: Path) -> None:
        """Give the file its name, never replacing what appeared there meanwhile."""
        try:
            self._target.hardlink_to(name)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if self._target.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
            name.rename(self._target)
        else:
            name.unlink()

    def discard(self) -> None:
        """Close, and remove whatever still has a temporary name."""
        with suppress(OSError, OutputError):
            self.stream.close()
        if self._name is not None:
            with suppress(OSError):
                self._name.unlink()


def _stem(target: Path) -> str:
    return f".{target.name[:100]}."


def _sweep(target: Path) -> None:
    """Remove what killed exports to the same target have left: parts that nobody holds locked."""
    start = _stem(target)
    with suppress(OSError):
        for path in target.parent.iterdir():
            token = path.name.removeprefix(start).removesuffix(_PART)
            if path.name == f"{start}{token}{_PART}" and _TOKEN.fullmatch(token):
                _remove_unheld(path)


def _remove_unheld(path: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(path, _OPEN)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        finally:
            os.close(descriptor)


def _name_file(descriptor: int, name: Path) -> None:
    """Give a nameless file a name that must not exist yet."""
    directory = os.open(name.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        # naming the directory makes Python call linkat, which alone follows the link in /proc
        os.link(
            f"/proc/self/fd/{descriptor}", name.name, dst_dir_fd=directory, follow_symlinks=True
        )
    finally:
        os.close(directory)


@contextmanager
def _device(path: Path) -> Iterator[FileWriter]:
    """Write to what cannot be replaced: a device, a pipe; a directory is refused."""
    try:
        raw = _File(path, "w", path)
    except OSError as error:
        raise write_error(str(path), error) from error
    stream = BufferedWriter(raw, _BUFFER)
    try:
        yield FileWriter(stream, regular=False)
        stream.flush()
    finally:
        with suppress(OSError, OutputError):
            stream.close()


def _mode_of(path: Path) -> int | None:
    """Return the mode of what is there; a pipe behind ``/dev/fd`` has no other path."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise write_error(str(path), error) from error


def _exists(path: Path) -> OutputError:
    return OutputError(f"{path} exists already.", "Add --force to replace it.")


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems cannot sync a directory
            raise
    finally:
        os.close(descriptor)
