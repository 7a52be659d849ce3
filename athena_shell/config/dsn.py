"""Data source names: what an ODBC driver manager's ``odbc.ini`` says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from athena_shell.config.connection_string import Pair
from athena_shell.config.parameters import nearest
from athena_shell.config.profile import shortened
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

_SHARED: Final = 0o044
_HEADER: Final = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True)
class DataSource:
    """A data source's parameters and where they stand."""

    path: Path
    pairs: tuple[Pair, ...]
    shared: bool


def load_dsn(name: str, environment: Mapping[str, str], home: Path) -> DataSource:
    """Find a data source in the user's files, then the system's.

    The places are unixODBC's: ``ODBCINI``, ``~/.odbc.ini``, ``odbc.ini`` in ``ODBCSYSINI`` or
    ``/etc``. Names ignore case. Raises ConfigError that lists the known names.
    """
    known: list[str] = []
    tried = tuple(_places(environment, home))
    for path in tried:
        sections = _sections(path)
        for section, pairs in sections.items():
            if section.lower() == name.strip().lower():
                return DataSource(path, pairs, bool(path.stat().st_mode & _SHARED))
        known += [section for section in sections if section.lower() not in _RESERVED]
    close = nearest(name, known)
    hint = f"Did you mean {close}? " if close else ""
    hint += f"Known: {', '.join(known)}." if known else "The files name none."
    places = ", ".join(str(path) for path in tried)
    raise ConfigError(f"There is no data source “{shortened(name)}” in {places}.", hint)


_RESERVED: Final = frozenset({"odbc", "odbc data sources"})


def _places(environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    named = environment.get("ODBCINI", "")
    yield Path(named) if named else home / ".odbc.ini"
    yield Path(environment.get("ODBCSYSINI") or "/etc") / "odbc.ini"


def _sections(path: Path) -> dict[str, tuple[Pair, ...]]:
    try:
        text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    sections: dict[str, tuple[Pair, ...]] = {}
    name = ""
    for line in text.splitlines():
        content = line.strip()
        header = _HEADER.fullmatch(content)
        if header is not None:
            name = header[1].strip()
            sections.setdefault(name, ())
        elif name and content and content[0] not in "#;" and "=" in content:
            key, _, value = content.partition("=")
            sections[name] += (Pair(key.strip(), value.strip()),)
    return sections
