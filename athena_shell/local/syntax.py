"""Athena's query language read into a tree, with the place of every name."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, Final

from sqlglot import TokenType, exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError

from athena_shell.local.errors import EngineError

# sqlglot warns about text it could not parse; such text is refused here, with an error of our own.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_KEPT_PARSERS: Final = (
    "CAST", "EXTRACT", "JSON_OBJECT", "JSON_QUERY", "JSON_VALUE", "LISTAGG", "NORMALIZE",
    "POSITION", "SUBSTRING", "TRIM", "TRY_CAST",
)  # fmt: skip


_FOREIGN_TYPES: Final = {
    "BINARY", "BLOB", "BPCHAR", "BYTEA", "DATETIME", "FLOAT", "FLOAT4", "FLOAT8", "INT1", "INT2",
    "INT4", "INT8", "INT64", "LONGTEXT", "MEDIUMTEXT", "NVARCHAR", "STRING", "STRUCT", "TEXT",
    "TIMESTAMPLTZ", "TIMESTAMPNTZ", "TIMESTAMPTZ", "TINYTEXT", "VARIANT",
}  # fmt: skip


# https://trino.io/docs/current/language/reserved.html, without the words that are values themselves
_RESERVED: Final = frozenset({
    "ALTER", "AND", "AS", "BETWEEN", "BY", "CASE", "CAST", "CONSTRAINT", "CREATE", "CROSS", "CUBE",
    "DEALLOCATE", "DELETE", "DESCRIBE", "DISTINCT", "DROP", "ELSE", "END", "ESCAPE", "EXCEPT",
    "EXECUTE", "EXISTS", "EXTRACT", "FOR", "FROM", "FULL", "GROUP", "GROUPING", "HAVING", "IN",
    "INNER", "INSERT", "INTERSECT", "INTO", "IS", "JOIN", "LEFT", "LIKE", "LISTAGG", "NATURAL",
    "NORMALIZE", "NOT", "ON", "OR", "ORDER", "OUTER", "PREPARE", "RECURSIVE", "RIGHT", "ROLLUP",
    "SELECT", "SKIP", "TABLE", "THEN", "TRIM", "UESCAPE", "UNION", "UNNEST", "USING", "VALUES",
    "WHEN", "WHERE", "WITH",
})  # fmt: skip
_NAMED: Final = (exp.Table, exp.Column, exp.Alias, exp.TableAlias)


class AthenaSQL(Trino):  # type: ignore[misc] # sqlglot is not followed by the type checker
    """Trino's grammar, with every function call kept as it is written.

    sqlglot's own knowledge of functions is left out on purpose: it maps names to a neutral meaning
    and loses what the caller wrote.
    """

    INDEX_OFFSET = 0
    SUPPORTS_USER_DEFINED_TYPES = True

    class Tokenizer(Trino.Tokenizer):  # type: ignore[misc] # as above
        """The tokenizer without the type names of other dialects, which Athena does not know."""

        KEYWORDS: Final = {
            word: kind
            for word, kind in Trino.Tokenizer.KEYWORDS.items()
            if word not in _FOREIGN_TYPES
        }

    class Parser(Trino.Parser):  # type: ignore[misc] # as above
        """The parser without function knowledge."""

        FUNCTIONS: Final[dict[str, Any]] = {}
        FUNCTION_PARSERS: Final = {
            name: Trino.Parser.FUNCTION_PARSERS[name] for name in _KEPT_PARSERS
        }

        # Athena engine version 3 has no FOR SYSTEM_TIME and FOR SYSTEM_VERSION any more.
        VERSION_PHRASES: Final = {
            ("FOR", "VERSION"): "VERSION",
            ("FOR", "TIMESTAMP"): "TIMESTAMP",
        }

        COLUMN_OPERATORS: Final = {
            kind: parse
            for kind, parse in Trino.Parser.COLUMN_OPERATORS.items()
            if kind != TokenType.DCOLON
        }

        def _parse_primary(self) -> Any:
            token = self._curr
            node = super()._parse_primary()
            if token is not None and isinstance(node, exp.Literal) and "start" not in node.meta:
                node.update_positions(token)
            return node


@lru_cache(maxsize=256)
def _parsed(sql: str) -> Any:
    trees = AthenaSQL().parse(sql)
    if len(trees) != 1 or trees[0] is None:
        raise EngineError("SYNTAX_ERROR", "line 1:1: Only one sql statement is allowed")
    _refuse_reserved(sql, trees[0])
    return trees[0]


def _refuse_reserved(sql: str, tree: Any) -> None:
    """Refuse reserved words as names without quotes; sqlglot takes more of them than Trino."""
    for name in tree.find_all(exp.Identifier):
        reserved = not name.args.get("quoted") and name.name.upper() in _RESERVED
        if reserved and isinstance(name.parent, _NAMED) and (start := start_of(name)) is not None:
            line, column = place(sql, start)
            raise EngineError(
                "SYNTAX_ERROR",
                f"line {line}:{column}: mismatched input '{name.name}'. Expecting: <identifier>",
            )


def parse(sql: str) -> Any:
    """Read one query; EngineError SYNTAX_ERROR with the place of the offending token."""
    try:
        return _parsed(sql).copy()
    except ParseError as error:
        raise _syntax_error(sql, error) from error
    except TokenError as error:
        line, column = place(sql, _token_error_offset(sql))
        raise EngineError(
            "SYNTAX_ERROR", f"line {line}:{column}: mismatched input {_rest(sql)}"
        ) from error
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        # The parser stumbles over some texts that are no SQL.
        raise EngineError("SYNTAX_ERROR", "line 1:1: the statement cannot be read") from error
    except RecursionError as error:
        raise EngineError("SYNTAX_ERROR", "line 1:1: statement is too large (nested)") from error


def place(sql: str, offset: int) -> tuple[int, int]:
    """Return the line and column, both from 1, of an offset."""
    before = sql[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def start_of(node: Any) -> int | None:
    """Return the offset of the first token known below a node."""
    if not isinstance(node, exp.Expression):
        return None
    starts = [n.meta["start"] for n in node.walk() if "start" in n.meta]
    return min(starts) if starts else None


def _syntax_error(sql: str, error: ParseError) -> EngineError:
    details = error.errors[0] if error.errors else {}
    lines = sql.split("\n")
    line = min(int(details.get("line") or 1), len(lines))
    word = details.get("highlight") or ""
    at_end = not (details.get("end_context") or "").strip()
    description = str(details.get("description") or "")
    if at_end and ("Required keyword" in description or "Expect" in description):
        line, column = place(sql, len(sql.rstrip()))
        word = "<EOF>"
    else:
        column = max(1, int(details.get("col") or 1) - len(word) + 1)
    return EngineError("SYNTAX_ERROR", f"line {line}:{column}: mismatched input '{word}'")


def _token_error_offset(sql: str) -> int:
    for opener, closer in (("'", "'"), ('"', '"'), ("/*", "*/")):
        if sql.count(opener) % 2 and opener == closer:
            return sql.rfind(opener)
        if opener != closer and sql.count(opener) > sql.count(closer):
            return sql.rfind(opener)
    return 0


def _rest(sql: str) -> str:
    return repr(sql[_token_error_offset(sql) :][:1] or "<EOF>")
