"""Statements laid out for reading, their tokens untouched.

Only blanks between tokens change, and the case of keywords, which means nothing; so the meaning
cannot. What cannot be understood is refused.
"""

from __future__ import annotations

from typing import Final

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Statement
from athena_shell.core.records import dataclass
from athena_shell.sql.keywords import RESERVED
from athena_shell.sql.lexer import unmatched_brackets
from athena_shell.sql.splitter import split
from athena_shell.sql.tokens import Kind, Token, scan

_INDENT: Final = 4
_SHORT: Final = 60
_CLAUSES: Final = frozenset({
    "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "UNION",
    "INTERSECT", "EXCEPT", "WINDOW", "SET", "VALUES", "WHEN",
})  # fmt: skip
_DDL_CLAUSES: Final = frozenset({
    "PARTITIONED", "CLUSTERED", "ROW", "STORED", "LOCATION", "TBLPROPERTIES", "FIELDS", "LINES",
    "ESCAPED",
})  # fmt: skip
_JOINS: Final = frozenset({"JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL"})
_QUERY_STARTS: Final = frozenset({"SELECT", "WITH", "VALUES"})
_NOT_CLAUSE_AFTER: Final = {
    "FROM": {"DISTINCT"},
    "GROUP": {"WITHIN"},
    "ROW": {"CURRENT"},
}
_CAPITALS: Final = RESERVED | {
    "ADD", "ALL", "ASC", "COLUMNS", "COMMENT", "DATABASE", "DESC", "EXTERNAL", "FILTER", "FIRST",
    "FOLLOWING", "FORMAT", "IF", "LAST", "LATERAL", "LIMIT", "LOCATION", "MATCHED", "MERGE",
    "NULLS", "OFFSET", "OVER", "PARTITION", "PARTITIONED", "PRECEDING", "RANGE", "REPLACE", "ROWS",
    "SCHEMA", "SERDE", "SET", "STORED", "TBLPROPERTIES", "UNBOUNDED", "UNLOAD", "UPDATE", "VIEW",
}  # fmt: skip
_SPACED: Final = frozenset({"=", "<>", "!=", "<=", ">=", "||"})


def format_text(text: str) -> str:
    """Lay out every statement of a text; comments, terminators and commands stay.

    Raises:
        CommandError: a literal, comment or bracket in it has no end.
    """
    parts: list[str] = []
    done = 0
    for piece in split(text, final=True).pieces:
        start = piece.start.offset
        end = start + len(piece.text)
        if not isinstance(piece, Statement) or text[start:end] != piece.text:
            continue
        parts += (text[done:start], format_statement(piece.text))
        done = end
    return "".join(parts) + text[done:]


def format_statement(text: str) -> str:
    """Lay out one statement; raises CommandError as :func:`format_text` does."""
    tokens = [token for token in scan(text) if token.kind is not Kind.SPACE]
    if any(token.kind is Kind.UNTERMINATED for token in tokens) or unmatched_brackets(text):
        raise CommandError(
            "The statement is not formatted: something in it is not closed.",
            "Close its quotes, comments and brackets first.",
        )
    one_line = _Layout(text, tokens, short=True).run()
    if len(one_line) <= _SHORT and "\n" not in one_line:
        return one_line
    return _Layout(text, tokens, short=False).run()


@dataclass
class _Frame:
    """Brackets being laid out: a query, a list with an entry a line, or plain text."""

    kind: str
    indent: int
    clause: str = ""
    several: bool = False
    between: bool = False
    angles: int = 0


class _Layout:
    """Writes tokens one after the other, deciding what stands before each."""

    def __init__(self, text: str, tokens: list[Token], *, short: bool) -> None:
        self._text = text
        self._tokens = tokens
        self._frames = [_Frame("query", 0)]
        self._parts: list[str] = []
        self._break: int | None = None
        self._held: int | None = None
        self._short = short
        self._is_ddl = bool(tokens) and tokens[0].word == "CREATE"

    def run(self) -> str:
        """Return the laid out text."""
        for index, token in enumerate(self._tokens):
            if token.mark in {")", "]"}:
                self._close()
            else:
                self._before_item(index)
                self._before_word(index)
            self._write(index)
            self._after(index)
        return "".join(self._parts)

    @property
    def _frame(self) -> _Frame:
        return self._frames[-1]

    def _write(self, index: int) -> None:
        token = self._tokens[index]
        if token.kind is Kind.COMMENT and index:
            self._place_comment(index)
        if self._break is not None and index:
            self._parts.append("\n" + " " * self._break)
        elif index and self._wants_space(index):
            self._parts.append(" ")
        self._break = None
        self._parts.append(self._shown(index))

    def _shown(self, index: int) -> str:
        token = self._tokens[index]
        before = self._tokens[index - 1] if index else token
        following = self._tokens[index + 1].mark if index + 1 < len(self._tokens) else ""
        is_name = before.mark == "." or before.word == "AS" or following == "."
        if token.word in RESERVED or (token.word in _CAPITALS and not is_name):
            return token.word
        return token.text

    def _place_comment(self, index: int) -> None:
        """Leave a comment behind the token it followed, or on a line of its own."""
        if not self._stood_alone(index):
            self._held, self._break = self._break, None
        elif self._break is None:
            following = self._tokens[index + 1].word if index + 1 < len(self._tokens) else ""
            inside = self._frame.clause and following not in _CLAUSES
            self._break = self._frame.indent + (_INDENT if inside else 0)

    def _stood_alone(self, index: int) -> bool:
        """Whether a comment began its line in the source."""
        token, before = self._tokens[index], self._tokens[index - 1]
        return "\n" in self._text[before.end : token.start]

    def _ends_line(self, index: int) -> bool:
        """Whether a comment ended its line in the source."""
        if index + 1 == len(self._tokens):
            return False
        return self._stood_alone(index + 1)

    def _wants_space(self, index: int) -> bool:
        token, before = self._tokens[index], self._tokens[index - 1]
        if token.mark in {",", ")", "]", ";"} or before.mark in {"(", "["}:
            return token.kind is Kind.COMMENT
        if before.mark == "," or token.mark in _SPACED or before.mark in _SPACED:
            return True
        behind_bracket = before.mark in {")", "]"} and token.kind is Kind.WORD
        return behind_bracket or token.start > before.end

    def _after(self, index: int) -> None:
        token = self._tokens[index]
        if token.kind is Kind.COMMENT:
            self._break, self._held = self._held, None
            if self._break is None and (token.text.startswith("--") or self._ends_line(index)):
                self._break = self._frame.indent + (_INDENT if self._frame.clause else 0)
        elif token.mark in {"(", "["}:
            self._open(index)
        elif token.mark == ",":
            self._after_comma()
        elif token.word == "BETWEEN":
            self._frame.between = True
        elif self._is_ddl and token.mark in {"<", ">"}:
            self._frame.angles += 1 if token.mark == "<" else -1

    def _after_comma(self) -> None:
        frame = self._frame
        if self._short or frame.angles > 0:
            return
        if frame.kind == "list" or (frame.kind == "query" and frame.clause == "SELECT"):
            self._break = frame.indent + (_INDENT if frame.clause else 0)
        elif frame.kind == "query" and frame.clause == "WITH":
            self._break = frame.indent

    def _open(self, index: int) -> None:
        frame = self._frame
        following = self._tokens[index + 1] if index + 1 < len(self._tokens) else None
        kind = "inline"
        if not self._short and following is not None:
            if following.word in _QUERY_STARTS and frame.kind == "query":
                kind = "query"
            elif self._is_ddl and len(self._frames) == 1 and self._lists_columns(index):
                kind = "list"
        self._frames.append(_Frame(kind, frame.indent))
        if kind != "inline":
            self._frame.indent += _INDENT
            self._break = self._frame.indent

    def _lists_columns(self, index: int) -> bool:
        """Whether the bracket opens the columns of a new table or its properties."""
        before = [token.word for token in self._tokens[:index]]
        return "TABLE" in before and "SELECT" not in before and before[-1] != "BY"

    def _close(self) -> None:
        if len(self._frames) > 1:
            frame = self._frames.pop()
            if frame.kind != "inline":
                self._break = self._frame.indent

    def _before_word(self, index: int) -> None:
        frame = self._frame
        token = self._tokens[index]
        if frame.kind != "query" or self._short or not token.word:
            return
        before = self._tokens[index - 1].word if index else ""
        if self._starts_clause(index, before):
            self._break = frame.indent
            frame.clause = token.word
            frame.several = self._has_comma(index + 1)
        elif token.word == "WITH" and not frame.clause and not before:
            frame.clause = "WITH"
        elif frame.clause == "FROM" and self._starts_join(index, before):
            self._break = frame.indent
        elif token.word in {"AND", "OR"} and frame.clause in {"WHERE", "HAVING", "FROM"}:
            if frame.between and token.word == "AND":
                frame.between = False
            else:
                self._break = frame.indent + _INDENT // 2

    def _before_item(self, index: int) -> None:
        """Break before the first of several entries of a select list."""
        frame = self._frame
        before = self._tokens[index - 1].word if index else ""
        begins = before == "SELECT" or (before in {"DISTINCT", "ALL"} and frame.clause == "SELECT")
        breaks = begins and frame.several and frame.kind == "query" and not self._short
        if breaks and self._tokens[index].word not in {"DISTINCT", "ALL"}:
            self._break = frame.indent + _INDENT

    def _starts_clause(self, index: int, before: str) -> bool:
        word = self._tokens[index].word
        if before in _NOT_CLAUSE_AFTER.get(word, ()):
            return False
        if word == "WHEN":
            return self._tokens[0].word == "MERGE" and len(self._frames) == 1
        if self._is_ddl and word in _DDL_CLAUSES and index > 0:
            return "SELECT" not in {frame.clause for frame in self._frames}
        return word in _CLAUSES

    def _starts_join(self, index: int, before: str) -> bool:
        word = self._tokens[index].word
        if word not in _JOINS or before in _JOINS or before == "OUTER":
            return False
        following = self._tokens[index + 1].mark if index + 1 < len(self._tokens) else ""
        return following != "(" or word == "JOIN"

    def _has_comma(self, index: int) -> bool:
        """Whether the list that begins here has several entries."""
        depth = 0
        for token in self._tokens[index:]:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.mark, 0)
            if depth < 0 or (not depth and token.word in _CLAUSES):
                return False
            if not depth and token.mark == ",":
                return True
        return False
