"""A failure drawn the way compilers do: ``file:line:column: message``, the line, a mark."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from athena_shell.completion.index import NameIndex
from athena_shell.completion.nearest import did_you_mean
from athena_shell.core.errors import (
    AthenaShellError,
    AuthError,
    ConfigError,
    PluginError,
    QueryError,
    QueryFailed,
    ScriptError,
    ServiceError,
)
from athena_shell.core.model import Position
from athena_shell.core.records import dataclass
from athena_shell.core.redact import redact
from athena_shell.core.session import Session
from athena_shell.output.sanitize import sanitize
from athena_shell.output.widths import display_width
from athena_shell.sql.advice import advise
from athena_shell.sql.errors import locate, offset_of, token_span
from athena_shell.sql.pointing import TAB
from athena_shell.sql.splitter import Piece
from athena_shell.sql.variables import Substitution, place_in

_PLACE: Final = re.compile(r"\bline \d+:\d+: ?")
# These are not about the statement at which they came up.
_PLACELESS: Final = (AuthError, ConfigError, PluginError, ServiceError)
_WIDEST: Final = 160
_BEFORE: Final = 60


@dataclass(frozen=True)
class Place:
    """Where in a source a failure belongs.

    Args:
        source: the source's name; empty when there is none.
        position: the first character.
        line: the whole text of that line; empty when nothing is to be drawn.
        length: how many characters of the line to mark.
        sent: the whole statement as Athena got it.
    """

    source: str = ""
    position: Position | None = None
    line: str = ""
    length: int = 1
    sent: str = ""

    def within(self, text: str) -> Place:
        """Return the place with its line as it stands in a whole source, if it has none yet."""
        if not text or self.line or self.position is None:
            return self
        return replace(self, line=text.split("\n")[self.position.line - 1].rstrip("\r"))


def place_of(error: AthenaShellError, statement: Piece, sent: Substitution | None) -> Place:
    """Return where a statement's failure points in what was typed.

    Args:
        error: Athena's failure, or ours.
        statement: the statement or command as it stands in its source.
        sent: what was sent in its place, when variables were replaced.
    """
    if isinstance(error, _PLACELESS):
        return Place()
    if isinstance(error, ScriptError) and error.line:
        position = Position(0, error.line, error.column or 1)
        source = error.source or statement.source
        line = _line_at(statement, error.line) if source == statement.source else ""
        return Place(source, position, line)
    text = sent.text if sent else statement.text
    start, end = 0, 0
    found = locate(error.message) if isinstance(error, QueryError) else None
    if found is not None:
        first, last = token_span(text, *found)
        first = max(first, offset_of(text, *found))
        start, end = (sent.typed_offset(first), sent.typed_offset(last)) if sent else (first, last)
    position = place_in(statement.text, start, statement.start)
    line = _line_at(statement, position.line) if found is not None else ""
    return Place(statement.source, position, line, max(end - start, 1), text)


def draw(
    error: AthenaShellError,
    place: Place,
    session: Session | None = None,
    names: NameIndex | None = None,
    query_id: str = "",
) -> str:
    """Return the lines for stderr, sanitised and without secrets, ending in a newline.

    Args:
        error: the failure.
        place: where it belongs.
        session: where the statement ran.
        names: what is known of the catalog: names that were meant are looked for there.
        query_id: of the query whose result could not be delivered; the way back to it.
    """
    message = error.message
    if place.line:
        message = _PLACE.sub("", message, count=1)
    prefix = _prefix(error, place)
    indent = "  " if prefix else ""
    lines = [prefix + _clean(message)]
    if place.line and place.position is not None:
        lines += _marked(place.line, place.position.column - 1, place.length)
    hint = _hint(error, place.sent, session or Session(), names or NameIndex())
    if hint:
        lines.append(indent + _clean(hint))
    query_id = (error.query_id if isinstance(error, QueryError) else "") or query_id
    if query_id and query_id not in error.message:
        lines.append(f"{indent}query {_clean(query_id)}")
    return "\n".join(lines) + "\n"


def _hint(error: AthenaShellError, sent: str, session: Session, names: NameIndex) -> str:
    if error.hint or not isinstance(error, QueryFailed):
        return error.hint
    if near := did_you_mean(error.message, sent, session, names):
        return f"Did you mean {' or '.join(near)}?"
    found = advise(error.message, sent)
    return f"{found.step[0].upper()}{found.step[1:]}." if found else ""


def _prefix(error: AthenaShellError, place: Place) -> str:
    if isinstance(error, ScriptError) and place.position is None and error.source:
        place = Place(error.source, Position(0, error.line, error.column) if error.line else None)
    if not place.source:
        return ""
    if place.position is None:
        return f"{sanitize(place.source)}: "
    at = (
        f"{place.position.line}:{place.position.column}"
        if place.position.column
        else (f"{place.position.line}")
    )
    return f"{sanitize(place.source)}:{at}: "


def _marked(line: str, column: int, length: int) -> list[str]:
    """Return the line and the mark below it, cut around the mark when the line is long."""
    begin = max(0, column - _BEFORE) if len(line) > _WIDEST else 0
    shown = line[begin : begin + _WIDEST]
    column -= begin
    length = max(1, min(length, len(shown) - column))
    left = _visible(shown[:column])
    token = _visible(shown[column : column + length])
    mark = " " * display_width(left) + "^" * max(1, display_width(token))
    return [f"  {redact(_visible(shown))}", f"  {mark}"]


def _visible(text: str) -> str:
    return sanitize(text.replace("\t", TAB))


def _line_at(statement: Piece, line: int) -> str:
    """Return a line of the statement with the blanks that stand before its first token."""
    lines = statement.text.split("\n")
    index = line - statement.start.line
    if not 0 <= index < len(lines):
        return ""
    indent = " " * (statement.start.column - 1) if index == 0 else ""
    return indent + lines[index].rstrip("\r")


def _clean(text: str) -> str:
    return sanitize(redact(text), keep_newlines=True)
