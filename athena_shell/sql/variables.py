r"""Variables in SQL text: ``:name`` pastes, ``:'name'`` quotes a literal, ``:"name"`` a name.

``:{?name}`` becomes TRUE or FALSE by whether the variable is set. Nothing is expanded inside
literals, quoted names and comments, nor behind a letter or a quote, where a colon is SQL's own:
``struct<a:int>``, ``json_object('a':b)``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Final

from athena_shell.core.errors import ScriptError
from athena_shell.core.model import Position, Statement
from athena_shell.core.records import dataclass
from athena_shell.sql.tokens import Kind, Token, scan

_NAME: Final = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Substitution:
    """A text after substitution, with the way back to what was typed.

    ``spans`` holds (start, end, typed start, typed end) of every replacement in order.
    """

    text: str
    spans: tuple[tuple[int, int, int, int], ...] = ()

    def typed_offset(self, offset: int) -> int:
        """Return where an offset of the text stands in the typed text.

        Any place inside a value gives the start of the variable.
        """
        index = bisect_right(self.spans, offset, key=lambda span: span[0]) - 1
        if index < 0:
            return offset
        start, end, typed_start, typed_end = self.spans[index]
        if offset < end or start == offset:
            return typed_start
        return typed_end + offset - end


def substitute(
    text: str,
    values: Mapping[str, str],
    *,
    raw: bool = True,
    source: str = "",
    start: Position | None = None,
) -> Substitution:
    """Replace the variables of a text by their values.

    Args:
        text: SQL as typed.
        values: the variables by name; names are case-sensitive.
        raw: whether ``:name``, which pastes its value unquoted, is allowed.
        source: where the text comes from, for errors.
        start: the text's own place in its source, for errors.

    Raises:
        ScriptError: a variable is not set, or pastes where that is not allowed; it names the place.
    """
    if ":" not in text:
        return Substitution(text)
    parts: list[str] = []
    spans: list[tuple[int, int, int, int]] = []
    done = length = 0
    for token in _variables(text):
        try:
            value = _value(token, values, raw=raw)
        except ScriptError as error:
            place = place_in(text, token.start, start)
            raise ScriptError(
                error.message, error.hint, source=source, line=place.line, column=place.column
            ) from None
        between = text[done : token.start]
        parts += (between, value)
        length += len(between)
        spans.append((length, length + len(value), token.start, token.end))
        length += len(value)
        done = token.end
    parts.append(text[done:])
    return Substitution("".join(parts), tuple(spans))


def substituted(
    statement: Statement, values: Mapping[str, str], *, raw: bool = True
) -> Substitution:
    """Replace the variables of a statement, of a literal one none; raises as ``substitute``."""
    if statement.literal:
        return Substitution(statement.text)
    return substitute(
        statement.text, values, raw=raw, source=statement.source, start=statement.start
    )


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of the variables that a text uses, in order, each once."""
    return tuple(dict.fromkeys(_name(token) for token in _variables(text)))


def is_variable(name: str) -> bool:
    """Whether a variable of this name can be written in a statement."""
    return _NAME.fullmatch(name) is not None


def place_in(text: str, offset: int, start: Position | None = None) -> Position:
    """Return the place of an offset in its source when the text starts at ``start`` there."""
    base = start or Position()
    before = text[:offset]
    lines = before.count("\n")
    column = len(before) - before.rfind("\n") if lines else base.column + offset
    return Position(base.offset + offset, base.line + lines, column)


def quote_literal(value: str) -> str:
    """Return a value as an SQL string literal."""
    return "'" + value.replace("'", "''") + "'"


def quote_name(name: str) -> str:
    """Return a name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def _variables(text: str) -> Iterator[Token]:
    return (token for token in scan(text) if token.kind is Kind.VARIABLE)


def _name(token: Token) -> str:
    match = _NAME.search(token.text)
    return match.group() if match else ""


def _value(token: Token, values: Mapping[str, str], *, raw: bool) -> str:
    name, form = _name(token), token.text[1]
    if form == "{":
        return "TRUE" if name in values else "FALSE"
    if name not in values:
        raise ScriptError(
            f"the variable {name} is not set",
            rf"set it with \set {name} VALUE or -v {name}=VALUE",
        )
    if form == "'":
        return quote_literal(values[name])
    if form == '"':
        return quote_name(values[name])
    if not raw:
        raise ScriptError(
            f":{name} would paste its value unquoted, which is not allowed here",
            f""":'{name}' gives a string, :"{name}" a name""",
        )
    return values[name]
