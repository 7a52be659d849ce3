"""Script texts: files are read whole before anything runs, standard input as it comes."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from athena_shell.config.options import Source
from athena_shell.core.errors import ScriptError
from athena_shell.core.records import dataclass

STDIN: Final = "-"
_LARGEST: Final = 256 << 20
_ENDINGS: Final = frozenset({".sql", ".hql", ".ddl"})
_AT_ONCE: Final = 64 << 10
_PART: Final = 1 << 20


@dataclass(frozen=True)
class Script:
    """A script's text.

    Args:
        name: what messages call it.
        text: all of it; empty for a stream.
        directory: where its relative includes are looked for; ``None`` for a text without a file.
        stream: standard input that is read while its statements run.
    """

    name: str
    text: str
    directory: Path | None = None
    stream: BinaryIO | None = None

    @property
    def path(self) -> str:
        """Where it lies, however it was named; its name for a text without a file.

        Links stand: a folder's link that is turned to a newer release leads to the same scripts.
        """
        return self.name if self.directory is None else os.path.normpath(Path.cwd() / self.name)


def load(sources: Sequence[Source], stdin: BinaryIO, *, whole: bool = True) -> tuple[Script, ...]:
    """Read every source in order; raises ScriptError for the first that cannot be read.

    Args:
        sources: files and texts.
        stdin: standard input's bytes.
        whole: whether standard input is read to its end now, rather than as its statements run.
    """
    if sum(source.is_file and source.text == STDIN for source in sources) > 1:
        raise ScriptError("Standard input is named twice.", "Name - once.")
    commands = [source for source in sources if not source.is_file]
    scripts: list[Script] = []
    for source in sources:
        if source.is_file and source.text == STDIN and not whole:
            scripts.append(Script("stdin", "", stream=stdin))
        elif source.is_file:
            scripts.append(read(source.text, stdin))
        else:
            number = f" {commands.index(source) + 1}" if len(commands) > 1 else ""
            scripts.append(Script(f"-c{number}", source.text))
    return tuple(scripts)


def read(name: str, stdin: BinaryIO | None = None) -> Script:
    """Read one script file; ``-`` is standard input when that is given."""
    if name == STDIN and stdin is not None:
        return Script("stdin", decoded(stdin.read(), "stdin"))
    path = Path(name)
    try:
        data = _content(path, name)
    except OSError as error:
        hint = "athena-shell --help shows how scripts are named."
        if isinstance(error, FileNotFoundError):
            where = "" if path.is_absolute() else f"; the working directory is {Path.cwd()}"
            hint = f"Check the name{where}."
        elif isinstance(error, IsADirectoryError):
            hint = "Name a file in it."
        raise ScriptError(
            f"The script {name} cannot be read: {error.strerror}.", hint, source=name
        ) from error
    return Script(name, decoded(data, name), path.parent)


def inside(path: Path, directory: Path) -> bool:
    """Tell whether a path, links followed, lies in a directory or below it."""
    return path.resolve().is_relative_to(directory.resolve())


def is_named_as_script(path: Path) -> bool:
    """Tell whether a file, links followed, has an ending of scripts: of SQL or Hive's DDL."""
    return path.resolve().suffix.lower() in _ENDINGS


def decoded(data: bytes, name: str) -> str:
    """Return a script's text; raises ScriptError naming the first byte that is no UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _undecodable(data, name, error.start) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ScriptError(
            "The script holds a NUL byte, so it is no text.",
            "Name an .sql file in UTF-8.",
            source=name,
            line=line,
            column=1,
        )
    return text


def parts(script: Script) -> Iterator[str]:
    """Yield the text in whole lines, as it comes; raises ScriptError where it is no UTF-8.

    What follows a line's end waits for the rest of its line: a statement that is still being
    typed or generated is not judged by its half.
    """
    if script.stream is None:
        yield from _in_lines(script.text)
        return
    lines, rest = 0, b""
    # read1 returns what has come instead of waiting for a full buffer
    read_some = getattr(script.stream, "read1", script.stream.read)
    while data := read_some(_AT_ONCE):
        head, newline, rest = (rest + data).rpartition(b"\n")
        if newline:
            yield _following(head + newline, script.name, lines)
            lines += head.count(b"\n") + 1
        elif len(rest) > _LARGEST:
            raise ScriptError(
                "A line of standard input is larger than 256 MiB.", "Break it into lines."
            )
    if rest:
        yield _following(rest, script.name, lines)


def _in_lines(text: str) -> Iterator[str]:
    """Yield a text in parts of whole lines, so that not all of a large one is pieces at once."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _PART) + 1 or len(text)
        yield text[start:end]
        start = end


def _following(data: bytes, name: str, lines: int) -> str:
    """Return a later part of a text, its errors placed behind the lines before it."""
    try:
        text = decoded(data, name)
    except ScriptError as error:
        error.line += lines
        raise
    # a mark of byte order is one at the very beginning only
    return text if lines == 0 or not data.startswith(b"\xef\xbb\xbf") else "\ufeff" + text


def _undecodable(data: bytes, name: str, offset: int) -> ScriptError:
    file = "" if name == "stdin" else f" {shlex.quote(name)}"
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        message, hint = "The script is UTF-16, not UTF-8.", f"iconv -f UTF-16 -t UTF-8{file}"
    else:
        message = f"The script is not UTF-8: it holds the byte 0x{data[offset]:02X}."
        hint = f"If it is Latin-1: iconv -f LATIN1 -t UTF-8{file}"
    begin = data.rfind(b"\n", 0, offset) + 1
    column = len(data[begin:offset].decode("utf-8", "replace")) + 1
    line = data.count(b"\n", 0, offset) + 1
    return ScriptError(message, hint, source=name, line=line, column=column)


def _content(path: Path, name: str) -> bytes:
    with path.open("rb") as stream:
        if stat.S_ISDIR(os.fstat(stream.fileno()).st_mode):
            raise IsADirectoryError(0, "it is a directory")
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ScriptError(
            f"The script {name} is larger than 256 MiB.", "Split it into files.", source=name
        )
    return data
