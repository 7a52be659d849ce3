"""DuckDB's types and their names in Athena and in Hive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

INTEGERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
FLOATS: Final = ("FLOAT", "DOUBLE")
TIMES: Final = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")

_ATHENA: Final = {
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "bigint",
    "FLOAT": "real",
    "DOUBLE": "double",
    "DECIMAL": "decimal",
    "VARCHAR": "varchar",
    "JSON": "json",
    "BLOB": "varbinary",
    "UUID": "uuid",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "INTERVAL": "interval day to second",
    "MONTHS": "interval year to month",
    "LIST": "array",
    "MAP": "map",
    "STRUCT": "row",
    "NULL": "unknown",
}
_SHOWN: Final = {
    "TIMESTAMP": "timestamp(3)",
    "TIMESTAMP WITH TIME ZONE": "timestamp(3) with time zone",
    "TIME": "time(3)",
}
MILLISECONDS: Final = 3
"""A timestamp's digits of a second where its type does not say."""
_PRECISION: Final = {
    "tinyint": 3,
    "smallint": 5,
    "integer": 10,
    "bigint": 19,
    "float": 17,
    "double": 17,
    "varchar": 2147483647,
    "varbinary": 1073741824,
    "time": 3,
    "timestamp": 3,
    "timestamp with time zone": 3,
}
_HIVE: Final = {
    "INTEGER": "int",
    "HUGEINT": "bigint",
    "FLOAT": "float",
    "VARCHAR": "string",
    "JSON": "string",
    "UUID": "string",
    "TIME": "string",
    "NULL": "string",
    "INTERVAL": "string",
    "MONTHS": "string",
    "BLOB": "binary",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
}
_ALIASES: Final = {
    "INT": "INTEGER",
    "REAL": "FLOAT",
    "STRING": "VARCHAR",
    "CHAR": "VARCHAR",
    "TEXT": "VARCHAR",
    "BINARY": "BLOB",
    "VARBINARY": "BLOB",
    "NUMERIC": "DECIMAL",
    "ROW": "STRUCT",
    "TUPLE": "STRUCT",
    "ARRAY": "LIST",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
    "UBIGINT": "BIGINT",
    "UINTEGER": "BIGINT",
    "USMALLINT": "INTEGER",
    "UTINYINT": "SMALLINT",
    "UHUGEINT": "HUGEINT",
    "TIMESTAMP_S": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
    "TIMESTAMP_NS": "TIMESTAMP",
    "ENUM": "VARCHAR",
    "DOUBLE PRECISION": "DOUBLE",
}


@dataclass(frozen=True)
class DuckType:
    """A DuckDB type.

    Attributes:
        name: such as ``INTEGER``; ``LIST``, ``MAP`` and ``STRUCT`` for nested types.
        parameters: precision and scale of a DECIMAL, the length of a VARCHAR(n) or CHAR(n).
        items: the nested types, with field names for a STRUCT.
        zone: SQL of the zone that a timestamp with time zone is shown in; empty for UTC.
    """

    name: str
    parameters: tuple[int, ...] = ()
    items: tuple[tuple[str, DuckType], ...] = ()
    zone: str = ""

    @property
    def element(self) -> DuckType:
        """A LIST's element type."""
        return self.items[0][1]

    @property
    def key(self) -> DuckType:
        """A MAP's key type."""
        return self.items[0][1]

    @property
    def value(self) -> DuckType:
        """A MAP's value type."""
        return self.items[1][1]

    @property
    def is_integer(self) -> bool:
        """Whether it is one of the integer types."""
        return self.name in INTEGERS

    @property
    def is_numeric(self) -> bool:
        """Whether it is an integer, a decimal or a floating-point type."""
        return self.name in INTEGERS or self.name in FLOATS or self.name == "DECIMAL"

    @property
    def is_interval(self) -> bool:
        """Whether it is one of the two interval types."""
        return self.name in {"INTERVAL", "MONTHS"}

    @property
    def is_timed(self) -> bool:
        """Whether it is a date or a timestamp, with or without zone."""
        return self.name in TIMES

    @property
    def sql(self) -> str:
        """The type as DuckDB reads it."""
        if self.name == "LIST":
            return f"{self.element.sql}[]"
        if self.name == "MAP":
            return f"MAP({self.key.sql}, {self.value.sql})"
        if self.name == "STRUCT":
            return "STRUCT(" + ", ".join(f"{quote(n)} {t.sql}" for n, t in self.items) + ")"
        if self.name == "DECIMAL":
            precision, scale = (*self.parameters, 38, 0)[:2] if self.parameters else (38, 0)
            return f"DECIMAL({precision},{scale})"
        return {"NULL": '"NULL"', "MONTHS": "INTERVAL"}.get(self.name, self.name)

    @property
    def athena(self) -> str:
        """The full type as Athena's SQL writes it, such as ``array(bigint)``."""
        if self.name == "LIST":
            return f"array({self.element.athena})"
        if self.name == "MAP":
            return f"map({self.key.athena}, {self.value.athena})"
        if self.name == "STRUCT":
            # A field that was never named is only called after its place in results.
            shown = (
                t.athena if n == f"field{i}" else f"{quote_plain(n)} {t.athena}"
                for i, (n, t) in enumerate(self.items)
            )
            return f"row({', '.join(shown)})"
        if self.name == "DECIMAL" or (self.name == "VARCHAR" and self.parameters):
            return f"{_ATHENA[self.name]}({','.join(map(str, self.parameters))})"
        return _SHOWN.get(self.name, _ATHENA[self.name])

    @property
    def hive(self) -> str:
        """The full type as the catalog writes it, such as ``array<bigint>``."""
        if self.name == "LIST":
            return f"array<{self.element.hive}>"
        if self.name == "MAP":
            return f"map<{self.key.hive},{self.value.hive}>"
        if self.name == "STRUCT":
            return "struct<" + ",".join(f"{n}:{t.hive}" for n, t in self.items) + ">"
        if self.name == "DECIMAL":
            return "decimal({},{})".format(*self.parameters)
        return _HIVE.get(self.name, _ATHENA[self.name])

    @property
    def info(self) -> tuple[str, int, int]:
        """``ColumnInfo``'s type, precision and scale."""
        if self.name == "DECIMAL":
            return "decimal", self.parameters[0], self.parameters[1]
        name = "float" if self.name == "FLOAT" else _ATHENA[self.name]
        if self.name == "VARCHAR" and self.parameters:
            return name, self.parameters[0], 0
        return name, _PRECISION.get(name, 0), 0


def simple(name: str, *parameters: int) -> DuckType:
    """Return a type without nested types."""
    return DuckType(name, parameters)


def list_of(element: DuckType) -> DuckType:
    """Return the type of lists of ``element``."""
    return DuckType("LIST", (), (("", element),))


def map_of(key: DuckType, value: DuckType) -> DuckType:
    """Return the type of maps from ``key`` to ``value``."""
    return DuckType("MAP", (), (("key", key), ("value", value)))


def row_of(*fields: tuple[str, DuckType]) -> DuckType:
    """Return the type of rows; a field without a name is called after its place."""
    return DuckType("STRUCT", (), tuple((n or f"field{i}", t) for i, (n, t) in enumerate(fields)))


BOOLEAN: Final = simple("BOOLEAN")
INTEGER: Final = simple("INTEGER")
BIGINT: Final = simple("BIGINT")
DOUBLE: Final = simple("DOUBLE")
VARCHAR: Final = simple("VARCHAR")
DATE: Final = simple("DATE")
TIMESTAMP: Final = simple("TIMESTAMP")
ZONED: Final = simple("TIMESTAMP WITH TIME ZONE")
JSON: Final = simple("JSON")
BLOB: Final = simple("BLOB")
INTERVAL: Final = simple("INTERVAL")
MONTHS: Final = simple("MONTHS")
NULL: Final = simple("NULL")

_TOKEN: Final = re.compile(r'"(?:[^"]|"")*"|`[^`]*`|[\w$]+|[(),<>:\[\]]|\'(?:[^\']|\'\')*\'')


@lru_cache(maxsize=4096)
def parse_type(text: str) -> DuckType:
    """Read a type as DuckDB, Athena or Hive writes it; ValueError when it is none.

    >>> parse_type("array<struct<a:int,b:string>>").sql
    'STRUCT("a" INTEGER, "b" VARCHAR)[]'
    """
    reader = _TypeReader(text)
    result = reader.type()
    reader.end()
    return result


class _TypeReader:
    """Reads one type from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _TOKEN.findall(text)
        self._at = 0

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ""

    def _take(self, *expected: str) -> str:
        token = self._peek()
        if not token or (expected and token not in expected):
            raise ValueError(f"not a type: {self._text}")
        self._at += 1
        return token

    def end(self) -> None:
        if self._at != len(self._tokens):
            raise ValueError(f"not a type: {self._text}")

    def type(self) -> DuckType:
        token = self._take()
        word = token.strip('"').upper()
        name = _ALIASES.get(word, word)
        result = self._nested(name) if name in {"LIST", "MAP", "STRUCT"} else self._plain(name)
        while self._peek() == "[":
            self._take("[")
            if self._peek() != "]":
                self._take()
            self._take("]")
            result = list_of(result)
        return result

    def _plain(self, name: str) -> DuckType:
        parameters = self._parameters()
        if name in {"TIMESTAMP", "TIME"} and self._peek().upper() in {"WITH", "WITHOUT"}:
            zoned = self._take().upper() == "WITH"
            self._take()
            self._take()
            name = f"{name} WITH TIME ZONE" if zoned and name == "TIMESTAMP" else name
        if name == "INTERVAL":
            name = "MONTHS" if self._peek().upper() == "YEAR" else name
            while self._peek().upper() in {"DAY", "TO", "SECOND", "YEAR", "MONTH"}:
                self._take()
        if name == "DOUBLE" and self._peek().upper() == "PRECISION":
            self._take()
        if name == "DECIMAL":
            return simple(name, *((*parameters, 0)[:2] if parameters else (38, 0)))
        if name not in _ATHENA:
            raise ValueError(f"not a type: {self._text}")
        return simple(name, *(parameters if name == "VARCHAR" else ()))

    def _parameters(self) -> tuple[int, ...]:
        found: list[int] = []
        if self._peek() == "(":
            self._take("(")
            while self._peek() != ")":
                token = self._take()
                if token.isdigit():
                    found.append(int(token))
            self._take(")")
        return tuple(found)

    def _nested(self, name: str) -> DuckType:
        opener = self._take("(", "<")
        closer = ")" if opener == "(" else ">"
        items: list[tuple[str, DuckType]] = []
        while self._peek() != closer:
            field = ""
            if name == "STRUCT" and self._has_field_name(closer):
                field = self._take().strip('"`')
                if self._peek() == ":":
                    self._take(":")
            items.append((field, self.type()))
            if self._peek() != closer:
                self._take(",")
        self._take(closer)
        if name == "STRUCT":
            return row_of(*items)
        if len(items) != {"LIST": 1, "MAP": 2}[name]:
            raise ValueError(f"not a type: {self._text}")
        return list_of(items[0][1]) if name == "LIST" else map_of(items[0][1], items[1][1])

    def _has_field_name(self, closer: str) -> bool:
        following = self._peek(1)
        if following == ":":
            return True
        if self._peek().upper() in {"TIMESTAMP", "TIME", "INTERVAL"} and following.upper() in {
            "WITH", "WITHOUT", "DAY", "YEAR",
        }:  # fmt: skip
            return False
        return following not in {",", closer, "(", "<", "[", ""}


def quote(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_plain(name: str) -> str:
    """Return a name as Athena shows it: quoted only where it must be."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else quote(name)


def text(value: str) -> str:
    """Return a SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def finer(*kinds: DuckType) -> DuckType:
    """Return the TIMESTAMP among types of that kind which has the most digits of a second."""
    return max(kinds, key=lambda kind: kind.parameters or (MILLISECONDS,))


def local_time_sql(sql: str, zone: str) -> str:
    """Return SQL of what the clock of a zone, given as SQL, shows at an instant."""
    if found := re.fullmatch(r"'([+-])(\d\d):(\d\d)'", zone):
        minutes = int(found[2]) * 60 + int(found[3])
        return f"(timezone('UTC', {sql}) {found[1]} INTERVAL {minutes} MINUTE)"
    return f"timezone({zone}, {sql})"
