"""Keywords that were meant, where the grammar stumbled over something else.

The word that the message points at is often not the misspelt one: ``FROM t GRUOP BY`` has an alias
and an unexpected ``BY``. So its neighbours are looked at as well, where a keyword can stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from athena_shell.sql.errors import locate, offset_of
from athena_shell.sql.keywords import KEYWORDS, RESERVED, TYPES
from athena_shell.sql.tokens import Kind, Token, significant


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GRAMMAR: Final = re.compile(
    r"mismatched input|extraneous input|no viable alternative|cannot recognize input|missing '",
    re.IGNORECASE,
)
"""What messages of the two grammars, Trino's and Hive's, have in common."""

_EXPECTING: Final = re.compile(r"Expecting: (.*)", re.DOTALL)
_QUOTED: Final = re.compile(r"'([A-Z_]+)'")
_STATEMENTS: Final = _words(
    """
    SELECT WITH INSERT CREATE SHOW DESCRIBE ALTER DROP DELETE UPDATE MERGE EXPLAIN UNLOAD VALUES
    MSCK PREPARE EXECUTE DEALLOCATE OPTIMIZE VACUUM USE TABLE
    """
)
_OPERANDS: Final = (
    "CASE", "CAST", "DISTINCT", "NOT", "EXISTS", "NULL", "TRUE", "FALSE", "INTERVAL", "DATE",
    "TIMESTAMP", "SELECT", "ARRAY", "TRY_CAST", "CURRENT_DATE", "CURRENT_TIMESTAMP", "EXTRACT",
    "UNNEST", "ALL", "WHEN",
)  # fmt: skip
_CLAUSES: Final = _words(
    """
    FROM WHERE SELECT GROUP ORDER BY LIMIT JOIN LEFT RIGHT INNER OUTER FULL CROSS ON USING AND OR
    AS NOT NULL IN IS LIKE BETWEEN HAVING UNION ALL INTERSECT EXCEPT CASE WHEN THEN ELSE END DESC
    ASC OFFSET FETCH OVER PARTITION WITH INTO VALUES SET DISTINCT TABLE TABLES DATABASE DATABASES
    SCHEMA SCHEMAS VIEW VIEWS COLUMNS PARTITIONS EXTERNAL EXISTS REPLACE REPAIR LOCATION STORED
    PARTITIONED CLUSTERED TBLPROPERTIES COMMENT ROW FORMAT SERDE ADD DROP RENAME WINDOW ESCAPE
    INTERVAL NULLS FIRST LAST MATCHED TABLESAMPLE ROWS RANGE PRECEDING FOLLOWING UNBOUNDED
    """
)
_MEANT: Final = {
    "<query>": ("SELECT", "WITH", "VALUES", "TABLE"),
    "<expression>": _OPERANDS,
    "<predicate>": ("IN", "IS", "LIKE", "BETWEEN", "NOT"),
}
_BEFORE_NAMES: Final = frozenset({
    "FROM", "JOIN", "INTO", "UPDATE", "TABLE", "VIEW", "DATABASE", "SCHEMA", "AS", "EXISTS", "IN",
    "DESCRIBE", "USE", "COLUMN",
})  # fmt: skip
_BEFORE_OPERANDS: Final = frozenset({
    "SELECT", "DISTINCT", "WHERE", "HAVING", "ON", "AND", "OR", "NOT", "BY", "CASE", "WHEN", "THEN",
    "ELSE", "LIKE", "BETWEEN",
})  # fmt: skip
_BEFORE_BY: Final = ("GROUP", "ORDER", "PARTITION")
_CLAUSE_STARTS: Final = _words(
    """
    SELECT FROM WHERE HAVING UNION INTERSECT EXCEPT JOIN ON AND OR AS THEN WHEN ELSE END IS IN
    LIKE BETWEEN USING INTO WITH CROSS INNER NATURAL OUTER
    """
)
_SHORT: Final = 4
_NEIGHBOURS: Final = (0, -1, 1, -2, -3)

TRAILING_COMMA: Final = "trailing comma"
RESERVED_WORD: Final = "reserved word"
UNCLOSED: Final = "unclosed quote"
UNFINISHED: Final = "unfinished statement"
COMMAND: Final = "command in a statement"


def misspelt(message: str, text: str) -> tuple[str, ...]:
    """Return the keyword that was probably meant, written as the user writes; mostly nothing.

    Args:
        message: Athena's message; only those of the grammar say anything about keywords.
        text: the statement as it was sent.
    """
    tokens = significant(text)
    index = _index(message, text, tokens)
    if index is None or not GRAMMAR.search(message):
        return ()
    expected = _expected(message)
    found: list[tuple[int, str]] = []
    for place in (index + step for step in _NEIGHBOURS):
        if 0 <= place < len(tokens) and tokens[place].kind is Kind.WORD:
            meant = _meant(tokens, place, expected if place == index else ())
            first = meant.split(" ")[0]
            # Where the word itself may be a name, the keyword before it shows how they are written.
            word = tokens[place - 1] if " " in meant else tokens[place]
            if meant:
                shown = meant.lower() if word.text.islower() else meant
                found.append((_off(tokens[place].word, first), shown))
    return (min(found, key=lambda each: each[0])[1],) if found else ()


def keyword_for(text: str, message: str) -> str:
    """Return the keyword that a name was meant to be: ``SELECT DISTICT a``; mostly nothing."""
    tokens = significant(text)
    index = _index(message, text, tokens)
    if index is None or index + 1 >= len(tokens):
        return ""
    word, behind = tokens[index], tokens[index + 1]
    begins = behind.kind in {Kind.NUMBER, Kind.STRING, Kind.QUOTED} or (
        behind.kind is Kind.WORD and behind.word not in KEYWORDS
    )
    if word.kind is not Kind.WORD or not begins:
        return ""
    found = _nearest(word.word, _OPERANDS)
    return found.lower() if word.text.islower() else found


def slip(message: str, text: str) -> str:
    """Return the key of the advice for a common slip, nothing when it is none of them.

    Args:
        message: Athena's message.
        text: the statement as it was sent.
    """
    if not GRAMMAR.search(message):
        return ""
    tokens = significant(text)
    index = _index(message, text, tokens)
    if index is not None and tokens[index].kind is Kind.UNTERMINATED:
        return UNCLOSED
    if "'<EOF>'" in message or index is None:
        return UNFINISHED if "'<EOF>'" in message else ""
    this = tokens[index]
    if text.startswith("\\", this.start):
        return COMMAND
    before = tokens[index - 1] if index else None
    behind = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if before is not None and before.mark == "," and (this.word in RESERVED or this.mark == ")"):
        return TRAILING_COMMA
    is_name = this.word in RESERVED and this.word not in _CLAUSE_STARTS and behind != "BY"
    return RESERVED_WORD if is_name and _names_come(message, before) else ""


def _names_come(message: str, before: Token | None) -> bool:
    """Whether a name could have stood at the place of the message."""
    listed = _EXPECTING.search(message)
    if listed is not None:
        return "<identifier>" in listed[1] or "<expression>" in listed[1]
    if before is None:
        return False
    marks = {",", ".", "("}
    return before.word in _BEFORE_NAMES | _BEFORE_OPERANDS or before.mark in marks


def _index(message: str, text: str, tokens: Sequence[Token]) -> int | None:
    """Return the index of the token that a message points at."""
    place = locate(message)
    if place is None:
        return None
    offset = offset_of(text, *place)
    last = len(tokens) - 1 if tokens else None
    return next((n for n, token in enumerate(tokens) if token.end > offset), last)


def _expected(message: str) -> tuple[str, ...]:
    """Return the keywords that a message says could stand there."""
    listed = _EXPECTING.search(message)
    if listed is None:
        return ()
    words = [*_QUOTED.findall(listed[1])]
    for sign, meant in _MEANT.items():
        if sign in listed[1]:
            words += meant
    return tuple(words)


def _meant(tokens: Sequence[Token], place: int, expected: Sequence[str]) -> str:
    """Return the keyword that a word was meant to be, by what stands around it."""
    word = tokens[place].word
    before = tokens[place - 1] if place else None
    behind = tokens[place + 1].word if place + 1 < len(tokens) else ""
    if behind == "BY" and word not in _BEFORE_BY:
        return _nearest(word, _BEFORE_BY, slack=1)
    if before is not None and before.word in _BEFORE_BY and word != "BY":
        return "" if word in KEYWORDS else f"{before.word} BY"
    if expected and word not in expected and (found := _nearest(word, expected)):
        return found
    if word in KEYWORDS or word in TYPES:
        return ""
    return _nearest(word, _possible(before))


def _possible(before: Token | None) -> Sequence[str]:
    """Return the keywords that can stand behind a token."""
    if before is None or before.mark == ";":
        return _STATEMENTS
    if before.word in _BEFORE_NAMES or before.mark == ".":
        return ()
    if before.mark == "(":
        return (*_STATEMENTS[:2], *_OPERANDS)
    if before.word in _BEFORE_OPERANDS or (before.mark and before.mark not in {")", "]", "*"}):
        return _OPERANDS
    return _CLAUSES


def _nearest(word: str, candidates: Iterable[str], *, slack: int = 0) -> str:
    """Return the first candidate within a slip or two of a word; of equals one as long."""
    most = (1 if len(word) <= _SHORT else 2) + slack
    most = min(most, len(word) - 1)
    near = [
        each
        for each in candidates
        if abs(len(each) - len(word)) <= most and 0 < _distance(word, each) <= most
    ]
    return min(near, key=lambda each: _off(word, each), default="")


def _off(word: str, meant: str) -> int:
    """Return how far a word is from another; letters swapped are nearer than one too many."""
    return 2 * _distance(word, meant) + (len(word) != len(meant))


def _distance(one: str, other: str) -> int:
    """Return how many letters were left out, added, changed, or swapped with their neighbour."""
    rows: list[list[int]] = [[*range(len(other) + 1)]]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
