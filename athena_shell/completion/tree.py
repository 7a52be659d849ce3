"""Tokens of a statement as nested brackets, with the cursor in its place.

Built for text that is being written: a bracket may be open still, or closed too often.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import ClassVar, Final

from athena_shell.core.records import dataclass
from athena_shell.sql.tokens import Kind, Token

QUERY_STARTS: Final = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "FROM"})
_ENDS_CALL: Final = frozenset({"FROM", "WHERE", "HAVING", "LIMIT", "UNION", "INTERSECT", "EXCEPT"})
_BRACKETS: Final = frozenset("()[]")
TAKES_FROM: Final = frozenset({"EXTRACT", "TRIM", "SUBSTRING", "OVERLAY", "POSITION"})
"""Functions with FROM among their arguments."""

CURSOR: Final = Token(Kind.OTHER, -1, "")
"""Stands where the name to be completed will stand."""


@dataclass
class Group:
    """What stands between brackets; the whole statement is a group without them.

    ``opener`` is the word right before the bracket in capitals, ``start`` the bracket's offset.
    """

    items: list[Token | Group] = field(default_factory=list)
    opener: str = ""
    start: int = -1
    end: int = -1
    word: ClassVar[str] = ""
    mark: ClassVar[str] = ""

    @property
    def is_query(self) -> bool:
        """Whether a query stands in these brackets."""
        return any(item.word in QUERY_STARTS for item in self.items[:2])


Item = Token | Group


def build(before: Sequence[Token], after: Sequence[Token]) -> list[Group]:
    """Return the groups around the cursor, the whole statement first, the innermost last."""
    stack = [Group()]
    _fill(stack, before)
    path = list(stack)
    path[-1].items.append(CURSOR)
    _fill(stack, after)
    return path


def _fill(stack: list[Group], tokens: Iterable[Token]) -> None:
    items = stack[-1].items
    for token in tokens:
        if token.mark in _BRACKETS:
            if token.mark in "([":
                group = Group(opener=_opener(stack[-1], token.mark), start=token.start)
                items.append(group)
                stack.append(group)
            elif len(stack) > 1:
                stack.pop().end = token.end
            items = stack[-1].items
            continue
        if token.word in _ENDS_CALL:
            _close_calls(stack, token.word)
            items = stack[-1].items
        items.append(token)


def _opener(group: Group, bracket: str) -> str:
    if bracket == "[" or not group.items:
        return ""
    return group.items[-1].word


def _close_calls(stack: list[Group], ending: str) -> None:
    """Close brackets that were forgotten before a word that only a query can hold."""
    depth = len(stack)
    while depth > 1 and _is_open_call(stack[depth - 1], ending):
        depth -= 1
    if depth < len(stack) and (depth == 1 or stack[depth - 1].is_query):
        del stack[depth:]


def _is_open_call(group: Group, ending: str) -> bool:
    if group.is_query or not group.items:
        return False
    if ending == "FROM":
        return group.opener not in TAKES_FROM and group.items[-1].word != "DISTINCT"
    return group.opener not in {"", "FROM", "JOIN"} or ending in {"WHERE", "HAVING", "LIMIT"}
