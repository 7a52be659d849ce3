"""ODBC connection strings and JDBC URLs: parameters in order, to text and back.

No error repeats any part of the text but a key, and a key only when it cannot be the rest of an
unquoted secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from enum import StrEnum
from typing import Final

from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass

_PREFIX: Final = re.compile(r"jdbc:(?:aws)?athena://", re.IGNORECASE)
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,63}")
# SQLDriverConnect: values that hold these characters are enclosed in braces.
_SPECIAL: Final = re.compile(r"[\[\]{}(),;?*=!@]")
_JDBC_PREFIX: Final = "jdbc:athena://"


class Dialect(StrEnum):
    """Whose grammar a connection string follows."""

    ODBC = "ODBC connection string"
    JDBC = "JDBC URL"


@dataclass(frozen=True)
class Pair:
    """One parameter as written; the value stays out of ``repr``, as it may be secret."""

    name: str
    value: str = field(repr=False)


def dialect_of(text: str) -> Dialect:
    """Tell an ODBC connection string from a JDBC URL by its beginning."""
    return Dialect.JDBC if _PREFIX.match(text.strip()) else Dialect.ODBC


def parse(text: str) -> tuple[Pair, ...]:
    """Read an ODBC connection string or a JDBC URL.

    Names keep their spelling; a name given twice in any case is an error, as is anything that is
    not ``name=value``. Empty values are kept here and count as absent later. Raises ConfigError.
    """
    body = text.strip()
    dialect = dialect_of(body)
    if dialect is Dialect.ODBC and re.match(r"jdbc:", body, re.IGNORECASE):
        raise ConfigError(
            "The JDBC URL is for another database.", f"It must begin with {_JDBC_PREFIX}"
        )
    found: list[Pair] = []
    pieces = _jdbc_pieces(body) if dialect is Dialect.JDBC else _odbc_pieces(body)
    for pair in pieces:
        if pair.name.lower() in {other.name.lower() for other in found}:
            raise ConfigError(f"The {dialect} gives {pair.name} twice.", "Keep one of them.")
        found.append(pair)
    return tuple(found)


def format_odbc(pairs: Iterable[Pair]) -> str:
    """Return an ODBC connection string; values are put in braces where that is needed."""
    return "".join(f"{pair.name}={_braced(pair.value)};" for pair in pairs)


def format_jdbc(pairs: Iterable[Pair]) -> str:
    """Return a JDBC URL; raises ConfigError for a value that a URL cannot hold."""
    parts = []
    for pair in pairs:
        if ";" in pair.value or pair.value != pair.value.strip():
            raise ConfigError(
                f"A JDBC URL cannot hold the value of {pair.name}.",
                "It has a semicolon or a blank at an end; write an ODBC connection string.",
            )
        parts.append(f"{pair.name}={pair.value};")
    return _JDBC_PREFIX + "".join(parts)


def _odbc_pieces(text: str) -> Iterator[Pair]:
    place, before = 0, ""
    while place < len(text):
        if text[place] == ";" or text[place].isspace():
            place += 1
            continue
        equals = text.find("=", place)
        end = text.find(";", place)
        if equals < 0 or 0 <= end < equals:
            raise _no_pair(Dialect.ODBC, before)
        name = _name(text[place:equals], Dialect.ODBC, before)
        value, place = _odbc_value(text, equals + 1, name)
        yield Pair(name, value)
        before = name


def _odbc_value(text: str, place: int, name: str) -> tuple[str, int]:
    """Return the value that starts at ``place`` and where the next piece starts."""
    while place < len(text) and text[place].isspace():
        place += 1
    if text[place : place + 1] != "{":
        end = text.find(";", place)
        end = len(text) if end < 0 else end
        return text[place:end].strip(), end + 1
    parts: list[str] = []
    place += 1
    while True:
        end = text.find("}", place)
        if end < 0:
            raise ConfigError(
                f"The ODBC connection string does not close the brace of {name}.",
                f"Write {name}={{value}}; a }} in the value is doubled.",
            )
        parts.append(text[place:end])
        if text[end + 1 : end + 2] != "}":
            break
        parts.append("}")
        place = end + 2
    following = text[end + 1 :].lstrip()
    if following and not following.startswith(";"):
        raise ConfigError(
            f"The ODBC connection string goes on behind the brace of {name}.",
            "A semicolon separates parameters; a } in the value is doubled.",
        )
    return "".join(parts), len(text) - len(following) + 1


def _jdbc_pieces(text: str) -> Iterator[Pair]:
    body = _PREFIX.sub("", text, count=1)
    before = ""
    for number, piece in enumerate(body.split(";")):
        name, equals, value = piece.partition("=")
        if not piece.strip():
            continue
        if not equals and number == 0:
            # The 2.x form names the host first: jdbc:awsathena://athena.…:443;…
            yield Pair("AthenaEndpoint", piece.strip().rstrip("/"))
            continue
        if not equals:
            raise _no_pair(Dialect.JDBC, before)
        before = _name(name, Dialect.JDBC, before)
        yield Pair(before, value.strip())


def _name(text: str, dialect: Dialect, before: str) -> str:
    name = text.strip()
    if _KEY.fullmatch(name) is None:
        raise _no_pair(dialect, before)
    return name


def _no_pair(dialect: Dialect, before: str) -> ConfigError:
    where = f"behind {before}" if before else "at the beginning"
    hint = "Parameters are name=value, separated by semicolons."
    if before and dialect is Dialect.ODBC:
        hint += f" If the value of {before} has a semicolon: {before}={{value}}"
    return ConfigError(f"The {dialect} is malformed {where}.", hint)


def _braced(value: str) -> str:
    if _SPECIAL.search(value) or value != value.strip():
        return "{" + value.replace("}", "}}") + "}"
    return value
