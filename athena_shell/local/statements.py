"""One statement's text as tokens, and what kind of statement it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from athena_shell.local.errors import EngineError
from athena_shell.local.syntax import place

_TOKEN: Final = re.compile(
    r"""(?P<blank>\s+|--[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^']|'')*')
    |(?P<quoted>"\\""(?!")|"(?:[^"]|"")*"|`(?:[^`]|``)*`)
    |(?P<word>[A-Za-z_][\w$]*|\d\w*[A-Za-z_]\w*)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<symbol><>|!=|>=|<=|\|\||->|.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A token with its place; ``kind`` is string, quoted, word, number or symbol."""

    kind: str
    text: str
    start: int

    @property
    def upper(self) -> str:
        """The text in capitals, for words only."""
        return self.text.upper() if self.kind == "word" else self.text

    @property
    def value(self) -> str:
        """A string's or a quoted name's content; other tokens as they are."""
        if self.kind in {"string", "quoted"}:
            mark = self.text[0]
            return self.text[1:-1].replace(mark * 2, mark)
        return self.text


def tokens(sql: str) -> list[Token]:
    """Return the tokens of a statement without blanks, comments and a last semicolon."""
    found = [
        Token(str(match.lastgroup), match[0], match.start())
        for match in _TOKEN.finditer(sql)
        if match.lastgroup != "blank"
    ]
    while found and found[-1].text == ";":
        found.pop()
    return found


class Reader:
    """Reads a statement's tokens from left to right."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._tokens = tokens(sql)
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        """Return a token without taking it; an empty one at the end."""
        at = self.at + ahead
        return self._tokens[at] if at < len(self._tokens) else Token("end", "", len(self.sql))

    def take(self) -> Token:
        """Take the next token."""
        token = self.peek()
        self.at += 1
        return token

    def at_end(self) -> bool:
        """Whether every token was taken."""
        return self.at >= len(self._tokens)

    def accept(self, *words: str) -> bool:
        """Take some words if they come next, else nothing."""
        for ahead, word in enumerate(words):
            if self.peek(ahead).upper != word:
                return False
        self.at += len(words)
        return True

    def accept_any(self, *words: str) -> str:
        """Take one of some words and return it, or an empty text."""
        upper = self.peek().upper
        if upper in words:
            self.at += 1
            return upper
        return ""

    def expect(self, *words: str) -> None:
        """Take some words; EngineError SYNTAX_ERROR when others come."""
        for word in words:
            if not self.accept(word):
                raise self.mistake(f"'{word}'")

    def mistake(self, expecting: str = "") -> EngineError:
        """Return the error for the next token."""
        token = self.peek()
        line, column = place(self.sql, token.start)
        shown = token.text or "<EOF>"
        wanted = f". Expecting: {expecting}" if expecting else ""
        return EngineError(
            "SYNTAX_ERROR", f"line {line}:{column}: mismatched input '{shown}'{wanted}"
        )

    def end(self) -> None:
        """Make sure that nothing is left."""
        if not self.at_end():
            raise self.mistake("<EOF>")

    def name(self) -> str:
        """Take a name, in lower case as the catalog has it."""
        token = self.peek()
        if token.kind not in {"word", "quoted"}:
            raise self.mistake("<identifier>")
        return self.take().value.lower()

    def table_name(self, database: str) -> tuple[str, str]:
        """Take ``[[catalog.]database.]name`` and return the database and the name."""
        parts = [self.name()]
        while self.accept("."):
            parts.append(self.name())
        return (parts[-2] if len(parts) > 1 else database.lower()), parts[-1]

    def string(self) -> str:
        """Take a string."""
        if self.peek().kind != "string":
            raise self.mistake("<string>")
        return self.take().value

    def blanked(self, start: int, end: int | None = None) -> str:
        """Return the text from one offset to another, at its place: blanks stand before it."""
        before = re.sub(r"[^\n]", " ", self.sql[:start])
        return before + self.sql[start:end]

    def rest(self) -> str:
        """Return everything that is left, at its place."""
        return self.blanked(self.peek().start).rstrip().rstrip(";")

    def parenthesised(self) -> str:
        """Take a balanced ``(…)`` and return what is in it, at its place."""
        self.expect("(")
        start, depth = self.peek().start, 1
        while True:
            if self.at_end():
                raise self.mistake("')'")
            token = self.take()
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0:
                return self.blanked(start, token.start)


_KINDS: Final[tuple[tuple[str, str, str], ...]] = (
    (r"SELECT|WITH|VALUES|TABLE|\(", "DML", "SELECT"),
    (r"EXPLAIN", "UTILITY", "EXPLAIN"),
    (r"CREATE( OR REPLACE)? VIEW", "DDL", "CREATE_VIEW"),
    (r"CREATE (EXTERNAL )?TABLE", "DDL", "CREATE_TABLE"),
    (r"CREATE (DATABASE|SCHEMA)", "DDL", "CREATE_DATABASE"),
    (r"DROP (DATABASE|SCHEMA)", "DDL", "DROP_DATABASE"),
    (r"DROP TABLE", "DDL", "DROP_TABLE"),
    (r"DROP VIEW", "DDL", "DROP_VIEW"),
    (r"ALTER (DATABASE|SCHEMA)", "DDL", "ALTER_DATABASE"),
    (r"ALTER TABLE", "DDL", "ALTER_TABLE"),
    (r"MSCK", "DDL", "MSCK_REPAIR"),
    (r"INSERT", "DML", "INSERT"),
    (r"DELETE", "DML", "DELETE"),
    (r"UPDATE", "DML", "UPDATE"),
    (r"MERGE", "DML", "MERGE"),
    (r"UNLOAD", "DML", "UNLOAD"),
    (r"OPTIMIZE", "DML", "OPTIMIZE"),
    (r"VACUUM", "DML", "VACUUM"),
    (r"SHOW (DATABASES|SCHEMAS)", "UTILITY", "SHOW_DATABASES"),
    (r"SHOW TABLES", "UTILITY", "SHOW_TABLES"),
    (r"SHOW VIEWS", "UTILITY", "SHOW_VIEWS"),
    (r"SHOW COLUMNS", "UTILITY", "SHOW_COLUMNS"),
    (r"SHOW PARTITIONS", "UTILITY", "SHOW_PARTITIONS"),
    (r"SHOW TBLPROPERTIES", "UTILITY", "SHOW_TBLPROPERTIES"),
    (r"SHOW CREATE TABLE", "UTILITY", "SHOW_CREATE_TABLE"),
    (r"SHOW CREATE VIEW", "UTILITY", "SHOW_CREATE_VIEW"),
    (r"SHOW FUNCTIONS", "UTILITY", "SHOW_FUNCTIONS"),
    (r"DESC(RIBE)?\b", "UTILITY", "DESCRIBE_TABLE"),
    (r"PREPARE", "UTILITY", "PREPARE"),
    (r"EXECUTE", "DML", "EXECUTE"),
    (r"DEALLOCATE", "UTILITY", "DEALLOCATE_PREPARE"),
)


def statement_kind(sql: str) -> tuple[str, str]:
    """Return Athena's StatementType and SubstatementType; empty texts for an unknown one."""
    found = tokens(sql)
    head = " ".join(token.upper for token in found[:5])
    for pattern, kind, sub in _KINDS:
        if re.match(rf"{pattern}(?!\w)", head):
            if sub == "CREATE_TABLE" and _has_query(found):
                return kind, "CREATE_TABLE_AS_SELECT"
            return kind, sub
    return "", ""


def _has_query(found: list[Token]) -> bool:
    depth = 0
    for token, following in pairwise(found):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if (
            depth == 0
            and token.upper == "AS"
            and following.upper in {"SELECT", "WITH", "VALUES", "TABLE", "("}
        ):
            return True
    return False
