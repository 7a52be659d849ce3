"""Where in a statement the cursor is, by grammar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any, Final, NamedTuple

from athena_shell.completion.fields import ELEMENT
from athena_shell.completion.scope import Scope, dotted_name, read_ctes, read_scope, term_around
from athena_shell.completion.tree import CURSOR, TAKES_FROM, Group, Item, build
from athena_shell.core.records import dataclass
from athena_shell.sql.incremental import Rescanner
from athena_shell.sql.keywords import KEYWORDS
from athena_shell.sql.tokens import BLANK, Kind, Token, is_name, name_of, significant

_CLAUSES: Final = frozenset({
    "SELECT", "FROM", "WHERE", "HAVING", "LIMIT", "OFFSET", "FETCH", "JOIN", "ON", "USING", "SET",
    "INTO", "VALUES", "WITH", "WINDOW", "UNION", "INTERSECT", "EXCEPT", "WHEN", "UPDATE",
})  # fmt: skip
_BY_CLAUSES: Final = frozenset({"GROUP", "ORDER", "PARTITION"})
_EXPECTING: Final = frozenset({
    "SELECT", "DISTINCT", "ALL", "WHERE", "HAVING", "ON", "AND", "OR", "NOT", "BY", "CASE", "WHEN",
    "THEN", "ELSE", "IN", "LIKE", "BETWEEN", "FROM", "JOIN", "SET", "VALUES", "LIMIT", "OFFSET",
    "INTO", "USING", "UPDATE", "ESCAPE", "EXISTS", "WITH", "RLIKE", "REGEXP", "LATERAL",
})  # fmt: skip
_QUERY_WORDS: Final = frozenset({
    "SELECT", "FROM", "UPDATE", "MERGE", "DELETE", "INSERT", "WITH", "VALUES",
})  # fmt: skip
_BEFORE_TARGET: Final = frozenset({
    "ALTER", "CREATE", "EXTERNAL", "TABLE", "VIEW", "DATABASE", "SCHEMA", "IF", "NOT", "EXISTS",
})  # fmt: skip
_FINISHED: Final = frozenset({Kind.STRING, Kind.QUOTED, Kind.BACKTICK, Kind.PARAMETER})
_QUOTES: Final = frozenset("'\"`")
_SHAPED: Final = 16
_LONGEST: Final = 262_144
"""Bytes of a statement that Athena takes
(https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html)."""
_NO_FUNCTION: Final = frozenset({
    "", "AND", "AS", "BY", "EXCEPT", "EXISTS", "FROM", "IN", "INTERSECT", "JOIN", "NOT", "ON", "OR",
    "OVER", "SELECT", "TBLPROPERTIES", "UNION", "USING", "VALUES", "WHERE", "WITH",
})  # fmt: skip


@dataclass(frozen=True)
class Context:
    """The place to be completed.

    Attributes:
        prefix: what was typed of the name, without quotes.
        start: the offset in the text from which the completion replaces.
        quote: the quote that was opened before the prefix, or nothing.
        qualifier: the names before dots in front of the prefix.
        clause: the clause around the cursor in capitals, such as ``WHERE`` or ``GROUP BY``.
        wants_operand: whether a value or a name must come, not an operator or the next clause.
        words: the statement's own words before the cursor, brackets closed: a name is ``@``, a
            literal ``$``, brackets are ``()``.
        before: the items of the innermost brackets before the cursor.
        scope: the relations in sight.
        query: the items of the query term around the cursor.
        function: the function whose brackets hold the cursor, in lower case.
        calls: the (word before, argument) of the brackets around the cursor, innermost first, in
            lower case; nothing stands for bare brackets and for what cannot be called.
        bracket: the word before the innermost brackets in capitals; ``None`` outside brackets.
        before_bracket: the items before the innermost brackets.
        target: the name that a DDL statement's verb is followed by.
        closed: whether the closing quote stands right behind the cursor.
        is_variable: whether the name of a variable is being typed behind a colon.
    """

    prefix: str
    start: int
    quote: str = ""
    qualifier: tuple[str, ...] = ()
    clause: str = ""
    wants_operand: bool = True
    words: tuple[str, ...] = ()
    before: tuple[Item, ...] = ()
    scope: Scope = field(default_factory=Scope)
    query: tuple[Item, ...] = ()
    function: str = ""
    calls: tuple[tuple[str, int], ...] = ()
    bracket: str | None = None
    before_bracket: tuple[Item, ...] = ()
    target: tuple[str, ...] = ()
    closed: bool = False
    is_variable: bool = False

    @property
    def previous(self) -> str:
        """The word right before the cursor in capitals, if it is one."""
        return self.before[-1].word if self.before else ""


_RESCANNER: Final = Rescanner()


def analyse(text: str, cursor: int, *, inside_words: bool = False) -> Context | None:
    """Return the context of a cursor in one statement, ``None`` where nothing can be completed.

    That is in comments, right behind literals and, unless ``inside_words``, in the middle of a word
    and right before a quote, with which a new one would run together; nor in a text that is longer
    than Athena takes, as one that was pasted without its semicolons is.
    """
    if len(text) > _LONGEST:
        return None
    if not inside_words and cursor < len(text) and (text[cursor].isalnum() or text[cursor] == "_"):
        return None
    scanned = _RESCANNER.scan(text[:cursor])
    if scanned and _is_open_comment(scanned[-1]):
        return None
    before = [token for token in scanned if token.kind not in BLANK]
    if before and before[-1].end == cursor and before[-1].kind in _FINISHED:
        return None
    typed = _take_prefix(before, cursor)
    closed = bool(typed.quote) and text.startswith(typed.quote, cursor)
    if not typed.quote and not inside_words and text[cursor : cursor + 1] in _QUOTES:
        return None
    resume = cursor + 1 if closed else cursor
    after = significant(text, resume)
    qualifier = _take_qualifier(before)
    path = build(before, after)
    return Context(
        prefix=typed.prefix,
        start=typed.start,
        quote=typed.quote,
        qualifier=qualifier,
        closed=closed,
        is_variable=typed.is_variable,
        **_grammar(path),
    )


class _Typed(NamedTuple):
    """The unfinished name, where it starts, the quote before it, and whether a colon is."""

    prefix: str
    start: int
    quote: str = ""
    is_variable: bool = False


def _is_open_comment(token: Token) -> bool:
    if token.kind is Kind.UNTERMINATED:
        return token.text.startswith("/*")
    return token.kind is Kind.COMMENT and token.text.startswith("--")


def _take_prefix(before: list[Token], cursor: int) -> _Typed:
    """Take the unfinished name off the tokens."""
    if not before or before[-1].end != cursor:
        return _Typed("", cursor)
    last = before[-1]
    colon = len(before) > 1 and before[-2].text == ":" and before[-2].end == last.start
    if last.kind is Kind.UNTERMINATED:
        del before[-2 if colon else -1 :]
        quote = last.text[0] if last.text[0] in '"`' else "'"
        return _Typed(last.text[1:], last.start, quote, is_variable=colon and quote != "`")
    if last.kind in {Kind.WORD, Kind.NUMBER}:
        before.pop()
        return _Typed(last.text, last.start)
    if last.kind is Kind.VARIABLE and last.text[1:].isidentifier():
        before.pop()
        return _Typed(last.text[1:], last.start + 1, "", is_variable=True)
    if last.text == ":" and (len(before) == 1 or before[-2].end < last.start):
        before.pop()
        return _Typed("", cursor, "", is_variable=True)
    return _Typed("", cursor)


def _take_qualifier(before: list[Token]) -> tuple[str, ...]:
    """Take ``name.name.`` off the end of the tokens; a subscript is an ``[]`` of its own."""
    parts: list[str] = []
    while len(before) > 1 and before[-1].text == ".":
        index = len(before) - 2
        subscripts = 0
        while index > 0 and before[index].text == "]":
            index = _opening(before, index) - 1
            subscripts += 1
        if index < 0 or not is_name(before[index]):
            break
        parts[:0] = [name_of(before[index]), *[ELEMENT] * subscripts]
        del before[index:]
    return tuple(parts)


def _opening(before: Sequence[Token], index: int) -> int:
    """Return the index of the bracket that one closes."""
    depth = 0
    while index > 0:
        depth += {"]": 1, "[": -1}.get(before[index].text, 0)
        if not depth:
            break
        index -= 1
    return index


def _grammar(path: Sequence[Group]) -> dict[str, Any]:
    """Read the brackets around the cursor from the outside in."""
    scope, clause = Scope(), ""
    query: tuple[Item, ...] = ()
    for depth, group in enumerate(path):
        inside: Item = path[depth + 1] if depth + 1 < len(path) else CURSOR
        index = next(place for place, item in enumerate(group.items) if item is inside)
        if _holds_query(group):
            start, end = term_around(group.items, index)
            ctes = read_ctes(group.items)
            scope = read_scope(group.items[start:end], Scope((), ctes, scope) if ctes else scope)
            query = tuple(group.items[start:end])
            clause = _clause(group.items[start:index])
        elif found := _clause(group.items[:index]):
            clause = found
    inner = path[-1]
    before = inner.items[: inner.items.index(CURSOR)]
    called = inner.opener if len(path) > 1 else ""
    return {
        "clause": clause,
        "wants_operand": _wants_operand(before),
        "words": _shapes(path[0].items[: _root_index(path)]),
        "before": tuple(before),
        "scope": scope,
        "query": query,
        "function": "" if called in _NO_FUNCTION or _holds_query(inner) else called.lower(),
        "calls": tuple(_calls(path)),
        "bracket": called if len(path) > 1 else None,
        "before_bracket": _before_bracket(path),
        "target": _target(path[0].items),
    }


def _calls(path: Sequence[Group]) -> Iterator[tuple[str, int]]:
    """Yield the brackets around the cursor whose value goes into what is around them.

    Those of a query end it, unless the cursor is in the select list of a bare subquery: what it
    selects is an argument there.
    """
    inside: Item = CURSOR
    for group in reversed(path[1:]):
        before = group.items[: next(i for i, item in enumerate(group.items) if item is inside)]
        if not _holds_query(group):
            word = "" if group.opener in _NO_FUNCTION else group.opener.lower()
            yield word, sum(item.mark == "," for item in before)
        elif group.opener or _clause(before) != "SELECT":
            return
        inside = group


def _holds_query(group: Group) -> bool:
    """Whether clauses of a query stand in these brackets."""
    if group.opener in TAKES_FROM:
        return False
    return any(item.word in _QUERY_WORDS for item in group.items)


def _before_bracket(path: Sequence[Group]) -> tuple[Item, ...]:
    if len(path) < 2:  # noqa: PLR2004 - the statement and a bracket
        return ()
    items = path[-2].items
    return tuple(items[: next(place for place, item in enumerate(items) if item is path[-1])])


def _target(items: Sequence[Item]) -> tuple[str, ...]:
    """Return the name behind the leading keywords of a DDL statement."""
    if not items or items[0].word not in {"ALTER", "CREATE"}:
        return ()
    index = 0
    while index < len(items) and items[index].word in _BEFORE_TARGET:
        index += 1
    return dotted_name(items, index)[0]


def _root_index(path: Sequence[Group]) -> int:
    inside: Item = path[1] if len(path) > 1 else CURSOR
    return next(place for place, item in enumerate(path[0].items) if item is inside)


def _clause(before: Sequence[Item]) -> str:
    """Return the last clause that began before the cursor."""
    for place in range(len(before) - 1, -1, -1):
        this = before[place].word
        if this == "BY" and place and before[place - 1].word in _BY_CLAUSES:
            return f"{before[place - 1].word} BY"
        if this == "FROM" and place and before[place - 1].word == "DISTINCT":
            continue
        if this in _CLAUSES:
            return this
    return ""


def _wants_operand(before: Sequence[Item]) -> bool:
    if not before:
        return True
    last = before[-1]
    if isinstance(last, Group):
        return False
    if last.mark == "*":
        return len(before) > 1 and not _starts_expression(before[-2])
    return bool(last.mark) or last.word in _EXPECTING


def _starts_expression(item: Item) -> bool:
    return item.word in _EXPECTING or item.mark in {",", "."}


def _shapes(items: Sequence[Item]) -> tuple[str, ...]:
    """Return the shapes of items, a dotted name as one.

    Of a long statement only both ends: no rule of the grammar needs more.
    """
    if len(items) > 2 * _SHAPED:
        return (*_shapes(items[:_SHAPED]), *_shapes(items[-_SHAPED:]))
    shapes: list[str] = []
    for item in items:
        if len(shapes) > 1 and shapes[-1] == ".":
            shapes.pop()
        else:
            shapes.append(_shape(item))
    return tuple(shapes)


def _shape(item: Item) -> str:
    if isinstance(item, Group):
        return "()"
    if item.kind is Kind.WORD:
        upper = item.text.upper()
        return upper if upper in KEYWORDS else "@"
    if item.kind in {Kind.QUOTED, Kind.BACKTICK}:
        return "@"
    return "$" if item.kind in {Kind.STRING, Kind.NUMBER, Kind.PARAMETER} else item.text
