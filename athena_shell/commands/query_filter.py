r"""What ``\queries`` is asked for: whose queries, in which state, how many, with which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from athena_shell.core.errors import CommandError
from athena_shell.core.model import QueryExecution, QueryState, Row
from athena_shell.core.records import dataclass

_LISTED: Final = 20
_MOST: Final = 1000
_SCOPES: Final = ("shell", "profile", "workgroup")
_STATES: Final = {
    **{state.value.lower(): frozenset({state}) for state in QueryState},
    "canceled": frozenset({QueryState.CANCELLED}),
    "open": frozenset({QueryState.QUEUED, QueryState.RUNNING}),
    "ended": frozenset({QueryState.SUCCEEDED, QueryState.FAILED, QueryState.CANCELLED}),
}
_NAMES: Final = {
    "state": "state",
    "states": "state",
    "status": "state",
    "scope": "scope",
    "workgroup": "workgroup",
    "limit": "limit",
    "last": "limit",
    "text": "text",
}
USAGE: Final = r"\queries [SCOPE] [STATE] [COUNT] [WORD…]"
_OFFERED: Final = tuple(state for state in _STATES if state != "canceled")
WORDS: Final = (
    *(*_SCOPES, *_OFFERED, "workgroup=", "limit=", "text="),
    *(f"state={state}" for state in _OFFERED),
    *(f"scope={scope}" for scope in _SCOPES),
)
"""What completion offers."""


@dataclass(frozen=True)
class QueryFilter:
    """Which queries are to be listed.

    Args:
        scope: ``shell``, ``profile`` or ``workgroup``.
        workgroup: the name of another workgroup than the session's, or an empty text.
        states: any of these; none for all.
        limit: how many to show.
        texts: all of these, in any case, in what is shown of a query or in its whole text.
    """

    scope: str = "shell"
    workgroup: str = ""
    states: frozenset[QueryState] = frozenset()
    limit: int = _LISTED
    texts: tuple[str, ...] = ()

    @property
    def is_choosy(self) -> bool:
        """Whether more queries have to be looked at than are shown."""
        return bool(self.states or self.texts)

    def takes(self, execution: QueryExecution, shown: Row) -> bool:
        """Whether to list an execution, of which ``shown`` are the cells."""
        if self.states and execution.state not in self.states:
            return False
        line = " ".join([*(cell or "" for cell in shown), execution.text]).lower()
        return all(text in line for text in self.texts)


def query_filter(words: Sequence[str]) -> QueryFilter:
    """Read the words as people type them: ``failed``, ``state failed``, ``--state=failed``.

    Raises CommandError for a name or a value that there is not.
    """
    asked = QueryFilter()
    left = list(words)
    while left:
        word = left.pop(0)
        name, value = _named(word)
        if name is None:
            asked = _with_plain(asked, word)
            continue
        if not value and name == "workgroup":
            if word.startswith("-") and left and _is_text(left[0]):
                value = left.pop(0)
            asked = replace(asked, scope="workgroup", workgroup=value)
            continue
        if not value:
            if not left:
                raise CommandError(f"“{word}” needs a value.", f"Usage: {USAGE}")
            value = left.pop(0)
        asked = _with_named(asked, name, value)
    return asked


def _named(word: str) -> tuple[str | None, str]:
    """Return the name that a word gives a value to, and that value; no name for a plain word."""
    bare = word.lstrip("-")
    name, _, value = bare.partition("=" if "=" in bare else ":")
    known = _NAMES.get(name.lower())
    is_option = bare != word and bare.lower() not in {*_SCOPES, *_STATES}
    if known is None and is_option:
        raise CommandError(
            f"\\queries has no “{word}”.", f"Usage: {USAGE}; text={bare} looks for it as a text."
        )
    return known, value


def _is_text(word: str) -> bool:
    """Whether a plain word says nothing but what to look for."""
    name, _ = _named(word)
    return name is None and bool(_with_plain(QueryFilter(), word).texts)


def _with_plain(asked: QueryFilter, word: str) -> QueryFilter:
    bare = word.lstrip("-").lower()
    if bare in _SCOPES:
        return replace(asked, scope=bare)
    if bare in _STATES:
        return replace(asked, states=asked.states | _STATES[bare])
    if bare.isdecimal():
        return replace(asked, limit=_count(bare))
    return replace(asked, texts=(*asked.texts, word.lower()))


def _with_named(asked: QueryFilter, name: str, value: str) -> QueryFilter:
    lower = value.lower()
    if name == "workgroup":
        return replace(asked, scope="workgroup", workgroup=value)
    if name == "text":
        return replace(asked, texts=(*asked.texts, lower))
    if name == "limit":
        return replace(asked, limit=_count(lower))
    if name == "scope":
        return replace(asked, scope=_checked(lower, name, _SCOPES))
    states = (_STATES[_checked(each, name, _OFFERED)] for each in lower.split(","))
    return replace(asked, states=asked.states.union(*states))


def _checked(value: str, name: str, offered: Sequence[str]) -> str:
    if value in offered or (name == "state" and value in _STATES):
        return value
    raise CommandError(
        f"“{value}” is no {name}.",
        f"There are {', '.join(offered)}; text={name} looks for the word {name}.",
    )


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise CommandError(f"“{text}” is no number of queries.", f"Give 1 to {_MOST:,}.")
    return int(text)
