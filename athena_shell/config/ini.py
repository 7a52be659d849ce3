"""The configuration file: a tolerant reader that knows where everything stands."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Final

from athena_shell.config.parameters import nearest
from athena_shell.config.profile import shortened
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

_LARGEST: Final = 1 << 20
_LONGEST_NAME: Final = 64
_NAME_SIGNS: Final = frozenset("_.@+-")
_SHARED: Final = stat.S_IRGRP | stat.S_IROTH


@dataclass(frozen=True)
class Entry:
    """One ``key = value`` with its place; the value stays out of ``repr``, as it may be secret."""

    key: str
    value: str = field(repr=False)
    origin: str
    line: int


@dataclass(frozen=True)
class Section:
    """``[profile NAME]`` or ``[settings]`` with its entries in order."""

    name: str
    line: int
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Configuration:
    """A configuration file as read; an absent file has no profiles and no settings.

    Args:
        path: the file.
        exists: whether there is one.
        profiles: the profile sections by name.
        settings: the ``[settings]`` section.
        shared: whether the file's group or others can read it.
    """

    path: Path
    exists: bool = False
    profiles: Mapping[str, Section] = field(default_factory=dict)
    settings: Section = field(default_factory=lambda: Section("settings", 0))
    shared: bool = False

    def profile(self, name: str) -> Section:
        """Return a profile's section; raises ConfigError that lists the known ones."""
        try:
            return self.profiles[name]
        except KeyError:
            raise self._unknown(name) from None

    def _unknown(self, name: str) -> ConfigError:
        message = f"There is no profile “{shortened(name)}” in {self.path}."
        if not self.exists:
            return missing(self.path)
        if not self.profiles:
            return ConfigError(message, "The file has none: add a section [profile NAME].")
        close = nearest(name, self.profiles)
        hint = f"Did you mean {close}? " if close else ""
        return ConfigError(message, f"{hint}Known profiles: {', '.join(self.profiles)}.")


def missing(path: Path) -> ConfigError:
    """Return the error for a configuration that is needed and not there."""
    return ConfigError(
        f"There is no configuration file {path}.",
        "athena-shell --init writes one by asking; athena-shell --local needs none.",
    )


def load(path: Path, *, required: bool = False) -> Configuration:
    """Read a configuration file.

    Args:
        path: the file.
        required: whether its absence is an error, as for a file that the user named.

    Raises ConfigError naming the file, and the line where one is to blame.
    """
    try:
        data, mode = _content(path)
    except FileNotFoundError:
        if required:
            raise missing(path) from None
        return Configuration(path)
    except OSError as error:
        raise ConfigError(
            f"The configuration file {path} cannot be read: {error.strerror}.",
            f"Check it with: ls -l {path}",
        ) from error
    sections = list(_sections(path, _decoded(path, data)))
    return Configuration(
        path,
        exists=True,
        profiles={s.name.removeprefix("profile "): s for s in sections if s.name != "settings"},
        settings=next((s for s in sections if s.name == "settings"), Section("settings", 0)),
        shared=bool(mode & _SHARED),
    )


def _content(path: Path) -> tuple[bytes, int]:
    # Without O_NONBLOCK a named pipe would hold the program here for good.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode) and path != Path(os.devnull):
            raise ConfigError(
                f"{path} is not a file.", "--config and ATHENA_SHELL_CONFIG name an INI file."
            )
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(_LARGEST + 1), mode
    finally:
        os.close(descriptor)


def _decoded(path: Path, data: bytes) -> str:
    if len(data) > _LARGEST:
        raise ConfigError(f"{path} is larger than 1 MiB, which is no configuration file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{path}:{line}: the file is not UTF-8 text.",
            f"If it is Latin-1: iconv -f LATIN1 -t UTF-8 {path}",
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ConfigError(f"{path}:{line}: the file holds a NUL character; it must be plain text.")
    return text


def _sections(path: Path, text: str) -> Iterator[Section]:
    header: tuple[str, int] | None = None
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("["):
            if header:
                yield Section(*header, tuple(entries))
            header, entries = (_header(path, number, line), number), []
            _refuse_repeated(path, f"the section [{header[0]}]", header[0], number, seen)
        elif header is None:
            raise ConfigError(
                f"{path}:{number}: there is a line before the first section.",
                "Put [profile NAME] or [settings] above it.",
            )
        else:
            entries.append(_entry(path, number, line, header[0], entries))
    if header:
        yield Section(*header, tuple(entries))


def _header(path: Path, number: int, line: str) -> str:
    closed = line.endswith("]") and "]" not in line[:-1]
    words = line[1:-1].split(None, 1) if closed else []
    kind = words[0].lower() if words else ""
    name = words[1].strip() if len(words) > 1 else ""
    if kind == "settings" and not name:
        return "settings"
    if kind == "profile" and is_profile_name(name):
        return f"profile {name}"
    if kind == "profile":
        hint = "A profile's name has up to 64 letters, digits and any of . _ - + @"
    elif words and not name and is_profile_name(words[0]):
        hint = f"Write [profile {words[0]}] if a profile is meant, or [settings]."
    else:
        hint = "A section is [profile NAME] or [settings]."
    raise ConfigError(f"{path}:{number}: {shortened(line)} is not a section.", hint)


def is_profile_name(text: str) -> bool:
    """Tell whether a text may name a profile."""
    signs = all(sign.isalnum() or sign in _NAME_SIGNS for sign in text)
    return 0 < len(text) <= _LONGEST_NAME and signs


def _entry(path: Path, number: int, line: str, section: str, before: list[Entry]) -> Entry:
    ends = [place for sign in "=:" if (place := line.find(sign)) > 0]
    key = line[: min(ends)].strip() if ends else ""
    # The line is not repeated: a token pasted over two lines would be shown.
    if not key or line[0] in "=:":
        raise ConfigError(
            f"{path}:{number}: the line in [{section}] is not “key = value”.",
            "A value stands whole on its key's line; a comment line starts with # or ;",
        )
    seen = {entry.key.lower(): entry.line for entry in before}
    _refuse_repeated(path, f"the key {shortened(key)}", key.lower(), number, seen, section)
    return Entry(key, unquoted(line[min(ends) + 1 :]), f"{path}:{number} [{section}]", number)


def _refuse_repeated(
    path: Path, subject: str, key: str, number: int, seen: dict[str, int], section: str = ""
) -> None:
    if key in seen:
        where = f" in [{section}]" if section else ""
        raise ConfigError(
            f"{path}:{number}: {subject} appears twice{where}; the first is on line {seen[key]}.",
            "Keep one of them.",
        )
    seen[key] = number


def unquoted(text: str) -> str:
    """Return a value without the blanks and the quotes around it."""
    value = text.strip()
    for quote in "\"'":
        if len(value) > 1 and value[0] == value[-1] == quote and quote not in value[1:-1]:
            return value[1:-1]
    return value
