"""Columns, fields, functions and whole expressions where a query wants a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from athena_shell.completion.columns import output_name, select_list
from athena_shell.completion.fields import ELEMENT, fields, follow
from athena_shell.completion.grammar import EXPRESSION_START
from athena_shell.completion.index import ColumnName
from athena_shell.completion.offers import BEST, COMMON, FAR, NEAR, Offer, Place, keywords
from athena_shell.completion.quoting import written
from athena_shell.completion.relations import current
from athena_shell.completion.scope import Scope, Source
from athena_shell.completion.tree import Group, Item
from athena_shell.core.counting import counted
from athena_shell.sql.tokens import Token, is_name, name_of
from athena_shell.sql.vocabulary import Function, functions

_KEY_LIKE: Final = ("id", "_id", "_key", "_code")


def expression(place: Place) -> Iterator[Offer]:
    """Yield columns, aliases, functions and the words that begin an expression."""
    context = place.context
    yield from whole_expressions(place)
    yield from columns_in_scope(place)
    yield from aliases(place)
    if context.clause == "SELECT":
        if not context.scope.sources:
            yield from columns_anywhere(place)
        if context.previous == "SELECT" and not context.function:
            yield from keywords(("*", "DISTINCT", "ALL"))
    if context.bracket is not None and not (context.function or context.before):
        yield from keywords(("SELECT", "WITH"), COMMON)
    yield from keywords(EXPRESSION_START, FAR)
    yield from called_functions()


def whole_expressions(place: Place) -> Iterator[Offer]:
    """Yield what a clause is most often made of as a whole."""
    clause = place.context.clause
    if clause == "ON":
        yield from join_conditions(place)
    elif clause == "GROUP BY":
        yield from grouping(place)
        yield from keywords(("ROLLUP (", "CUBE (", "GROUPING SETS ("), FAR)
    elif clause == "ORDER BY":
        yield from output_names(place)


def columns_in_scope(place: Place) -> Iterator[Offer]:
    """Yield the columns of the relations in scope, outer queries last."""
    shown: set[str] = set()
    for rank, scope in enumerate(scopes(place.context.scope)):
        for source in scope.sources:
            for column in place.resolver.columns(source, scope):
                if column.name not in shown:
                    shown.add(column.name)
                    meta = column_meta(column, source.name)
                    yield Offer(column.name, "column", meta, min(rank, COMMON))


def scopes(scope: Scope) -> Iterator[Scope]:
    """Yield a scope and those around it, from the inside out."""
    inner: Scope | None = scope
    while inner is not None:
        yield inner
        inner = inner.outer


def column_meta(column: ColumnName, source: str = "") -> str:
    """Say where a column comes from and of what type it is."""
    partition = "partition " if column.is_partition else ""
    return f"{source}  {partition}{column.type}".strip()


def columns_anywhere(place: Place) -> Iterator[Offer]:
    """Yield columns of any table of the current database, when FROM is not there yet."""
    if place.typed:
        for name in current(place).columns.search(place.typed):
            yield Offer(name, "column", "column", COMMON)


def common_columns(place: Place) -> Iterator[Offer]:
    """Yield the columns that more than one relation has."""
    seen: dict[str, list[ColumnName]] = {}
    scope = place.context.scope
    for source in scope.sources:
        for column in place.resolver.columns(source, scope):
            seen.setdefault(column.name, []).append(column)
    for name, columns in seen.items():
        if len(columns) > 1:
            yield Offer(name, "column", columns[0].type, NEAR)


def aliases(place: Place) -> Iterator[Offer]:
    """Yield the names that columns can be qualified with."""
    for source in place.context.scope.sources:
        if source.name:
            yield Offer(source.name, "alias", ".".join(source.parts), COMMON)


@cache
def called_functions() -> tuple[Offer, ...]:
    """Return every function, its bracket opened."""
    return tuple(_function(forms[0]) for forms in functions().values())


def _function(form: Function) -> Offer:
    insert = f"{form.name}(" if form.is_called else form.name
    meta = f"{form.signature} → {form.returns}: {form.summary}"
    return Offer(form.name, "function", meta, FAR, insert, insert)


def join_conditions(place: Place) -> Iterator[Offer]:
    """Yield ``a.x = b.x`` for columns that the last relation shares with one before it."""
    context = place.context
    if not context.before or context.before[-1].word not in {"ON", "AND", "OR"}:
        return
    scope = context.scope
    sources = sorted(
        (source for source in scope.sources if 0 <= source.start < context.start and source.name),
        key=lambda source: source.start,
    )
    if len(sources) < 2:  # noqa: PLR2004 - a join has two sides
        return
    last = sources[-1]
    right = {column.name.lower(): column for column in place.resolver.columns(last, scope)}
    found: list[tuple[bool, str]] = []
    for source in sources[:-1]:
        for column in place.resolver.columns(source, scope):
            if (other := right.get(column.name.lower())) is not None:
                text = f"{_of(source, column)} = {_of(last, other)}"
                found.append((not column.name.lower().endswith(_KEY_LIKE), text))
    for _, text in sorted(found, key=lambda entry: entry[0]):
        yield Offer(text, "join", "same name", BEST)


def _of(source: Source, column: ColumnName) -> str:
    qualifier = written(source.name, backticks=False)
    return f"{qualifier}.{written(column.name, backticks=False)}"


def grouping(place: Place) -> Iterator[Offer]:
    """Yield the select list's expressions without aggregates: all of them, then each."""
    if place.context.previous != "BY":
        return
    texts = [
        _text_of(place.text, _without_alias(items))
        for items in select_list(place.context.query)
        if not any(_aggregates(item) for item in items) and items[-1].mark != "*"
    ]
    if len(texts) > 1:
        yield Offer(", ".join(texts), "group", "the select list", BEST)
    for text in texts:
        yield Offer(text, "group", "from the select list", BEST)


def output_names(place: Place) -> Iterator[Offer]:
    """Yield the names that the select list gives to its expressions."""
    for items in select_list(place.context.query):
        if len(items) > 1 and (name := output_name(items)):
            yield Offer(name, "column", "from the select list", NEAR)


def _aggregates(item: Item) -> bool:
    if not isinstance(item, Group):
        return False
    forms = functions().get(item.opener.lower(), ())
    return any(form.subject in {"aggregate", "window"} for form in forms) or any(
        _aggregates(inner) for inner in item.items
    )


def _without_alias(items: Sequence[Item]) -> Sequence[Item]:
    if len(items) > 2 and items[-2].word == "AS":  # noqa: PLR2004 - expression AS name
        return items[:-2]
    last, before = items[-1], items[-2] if len(items) > 1 else None
    if before is None or not isinstance(last, Token) or not is_name(last):
        return items
    if isinstance(before, Group) or (is_name(before) and last.word != "END"):
        return items[:-1]
    return items


def _text_of(text: str, items: Sequence[Item]) -> str:
    first, last = items[0], items[-1]
    end = last.end if last.end >= 0 else last.start
    return " ".join(text[first.start : end].split())


def expansion(place: Place) -> Iterator[Offer]:
    """Yield the columns that a ``*`` right before the cursor stands for."""
    context = place.context
    star = context.before[-1] if context.before and not context.function else None
    if star is None or star.mark != "*" or star.end != context.start or context.clause != "SELECT":
        return
    before = context.before[-3:-1]
    qualifier, start = "", star.start
    if len(before) == 2 and before[1].mark == "." and isinstance(before[0], Token):  # noqa: PLR2004 - name and dot
        qualifier, start = name_of(before[0]), before[0].start
    elif before and before[-1].word not in {"SELECT", "ALL", "DISTINCT"} and before[-1].mark != ",":
        return
    scope = context.scope
    chosen = [
        (source, column)
        for source in scope.sources
        if not qualifier or source.name.lower() == qualifier.lower()
        for column in place.resolver.columns(source, scope)
    ]
    if not chosen:
        return
    several = bool(qualifier) or len(scope.sources) > 1
    texts = [
        _of(source, column) if several and source.name else written(column.name, backticks=False)
        for source, column in chosen
    ]
    label = f"{place.text[start : star.end]} → {counted(len(texts), 'column')}"
    yield Offer(label, "expansion", "write the columns out", BEST, ", ".join(texts), label, start)


def columns_below(place: Place) -> Iterator[Offer]:
    """Yield the columns of the relation that a qualifier names, or the fields of a column."""
    qualifier = place.context.qualifier
    wanted = [part.lower() for part in qualifier]
    for scope in scopes(place.context.scope):
        for source in scope.sources:
            columns = place.resolver.columns(source, scope)
            names = [part.lower() for part in source.parts]
            if wanted in ([source.name.lower()], names[-len(wanted) :]):
                for column in columns:
                    yield Offer(column.name, "column", column_meta(column), NEAR)
            else:
                path = wanted[1:] if wanted[0] == source.name.lower() else wanted
                yield from _fields_of(columns, path)


def _fields_of(columns: Sequence[ColumnName], path: Sequence[str]) -> Iterator[Offer]:
    if not path or path[0] == ELEMENT:
        return
    for column in columns:
        if column.name.lower() == path[0]:
            for field in fields(follow(column.type, path[1:])):
                yield Offer(field.name, "field", field.type, NEAR)
            return
