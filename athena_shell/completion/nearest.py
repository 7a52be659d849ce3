"""Did you mean: the known names nearest to one that Athena did not find."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from athena_shell.completion.columns import Resolver
from athena_shell.completion.context import analyse
from athena_shell.completion.index import NameIndex
from athena_shell.core.session import Session
from athena_shell.sql.errors import locate, token_span
from athena_shell.sql.spelling import keyword_for, misspelt
from athena_shell.sql.vocabulary import function_names

_MISSING: Final = re.compile(
    r"(?P<kind>Column|Table|View|Function|Schema|Database|Catalog)\s+'?(?P<name>[^'\s]+?)'?\s+"
    r"(?:cannot be resolved|does not exist|not registered|not found)",
    re.IGNORECASE,
)
_CLOSE: Final = 0.6
_MOST: Final = 3


def did_you_mean(message: str, text: str, session: Session, index: NameIndex) -> tuple[str, ...]:
    """Return up to three names or keywords that may have been meant, the nearest first.

    Args:
        message: Athena's message, such as ``Column 'totl' cannot be resolved``.
        text: the statement as it was sent.
        session: where it ran.
        index: the names that are known.
    """
    found = _MISSING.search(message)
    if found is None:
        return misspelt(message, text)
    *qualifier, name = found["name"].split(".")
    kind = found["kind"].lower()
    candidates: Iterable[str]
    if kind == "column":
        if keyword := keyword_for(text, message):
            return (keyword,)
        candidates = _columns(message, text, session, index)
    elif kind == "function":
        candidates = function_names()
    elif kind in {"table", "view"}:
        candidates = _tables(qualifier, session, index)
    elif kind in {"schema", "database"}:
        catalog = qualifier[-1] if qualifier else session.catalog
        candidates = index.databases_of(catalog) or index.databases_of(session.catalog)
    else:
        candidates = index.catalogs
    return nearest(name, candidates)


def nearest(name: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """Return the candidates most like a name, the name itself left out."""
    wanted = name.lower()
    folded = {candidate.lower(): candidate for candidate in candidates}
    folded.pop(wanted, None)
    likely = [key for key in folded if abs(len(key) - len(wanted)) <= max(3, len(wanted) // 2)]
    return tuple(folded[key] for key in get_close_matches(wanted, likely, _MOST, _CLOSE))


def _columns(message: str, text: str, session: Session, index: NameIndex) -> Iterator[str]:
    """Yield the columns in scope where the message points."""
    place = locate(message)
    offset = token_span(text, *place)[1] if place else len(text)
    context = analyse(text, offset)
    scope = context.scope if context is not None else None
    resolver = Resolver(index, session)
    while scope is not None:
        for source in scope.sources:
            for column in resolver.columns(source, scope):
                yield column.name
        scope = scope.outer


def _tables(qualifier: list[str], session: Session, index: NameIndex) -> Iterator[str]:
    catalog, database = session.catalog, session.database
    if len(qualifier) > 1:
        catalog, database = qualifier[-2:]
    elif qualifier:
        database = qualifier[0]
    found = index.database(catalog, database)
    if found is not None:
        yield from found.names
