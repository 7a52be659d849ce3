"""Which offers belong to which place of the grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from athena_shell.completion.context import Context
from athena_shell.completion.expressions import (
    columns_below,
    common_columns,
    expansion,
    expression,
)
from athena_shell.completion.grammar import (
    AFTER_OPERAND,
    AFTER_WORD,
    MERGE_RULES,
    PAIRS,
    VERBS,
    WINDOW,
    following,
)
from athena_shell.completion.offers import NEAR, Offer, Place, keywords, types
from athena_shell.completion.partitions import partition_values
from athena_shell.completion.properties import list_for, properties, serdes
from athena_shell.completion.relations import (
    catalogs,
    databases,
    relations,
    relations_below,
    tables,
)
from athena_shell.completion.tree import Group
from athena_shell.sql.keywords import DDL_TYPES, QUERY_TYPES

_RELATION_CLAUSES: Final = frozenset({"FROM", "JOIN", "INTO", "UPDATE"})
_NUMBER_CLAUSES: Final = frozenset({"LIMIT", "OFFSET", "FETCH"})


def offers(place: Place) -> Iterator[Offer]:
    """Yield what fits the place."""
    context = place.context
    if context.is_variable:
        for name in place.variables:
            yield Offer(name, "variable", "variable", NEAR)
        return
    known = list_for(context)
    if known is not None:
        yield from properties(context, known)
    elif context.quote == "'":
        yield from partition_values(place)
        if context.words[-3:] == ("ROW", "FORMAT", "SERDE"):
            yield from serdes()
    elif context.qualifier:
        if not _wants_relation(context):
            yield from columns_below(place)
        yield from relations_below(place)
    else:
        yield from unqualified(place)


def unqualified(place: Place) -> Iterator[Offer]:
    """Yield what can begin here."""
    context = place.context
    if not context.words and context.bracket is None and not context.before:
        yield from keywords(VERBS, NEAR)
    elif context.bracket is None and (next_words := following(context.words)) is not None:
        yield from from_grammar(place, next_words)
    elif not context.query:
        yield from in_ddl_brackets(place)
    else:
        yield from in_query(place)


def from_grammar(place: Place, next_words: Iterable[str]) -> Iterator[Offer]:
    """Yield what the table of the grammar says, names filled in."""
    for next_word in next_words:
        if next_word.startswith("<"):
            yield from _PLACEHOLDERS[next_word](place)
        else:
            yield Offer(next_word, "keyword")


def in_ddl_brackets(place: Place) -> Iterator[Offer]:
    """Yield the types of a column list, and a table's columns where they are named."""
    context = place.context
    texts = [getattr(item, "text", "()") for item in context.before]
    if context.words[:1] not in {("CREATE",), ("ALTER",)}:
        return
    if context.bracket == "PARTITION" and (not texts or texts[-1] == ","):
        yield from target_columns(place, partitions=True)
    elif context.bracket == "PARTITION":
        yield from partition_values(place)
    elif texts and (texts[-1] in {"<", ":"} or _names_column(texts)):
        yield from types(DDL_TYPES)


def _names_column(texts: Sequence[str]) -> bool:
    """Whether the last of these texts is the name of a column that is being declared."""
    return texts[-1] not in {",", "="} and (len(texts) == 1 or texts[-2] == ",")


def in_query(place: Place) -> Iterator[Offer]:
    """Yield what a clause of a query takes."""
    context = place.context
    previous = context.previous
    yield from expansion(place)
    yield from partition_values(place)
    if _opens_window(context):
        yield from keywords(WINDOW, NEAR)
    if previous == "AS":
        yield from after_as(context)
    elif (phrase := _phrase(context)) is not None:
        yield from keywords(phrase, NEAR)
    elif _is_half_a_phrase(context):
        yield from keywords(AFTER_WORD[previous], NEAR)
    elif _is_star(context):
        yield from keywords(("FROM",))
    elif not context.wants_operand:
        if isinstance(last := context.before[-1], Group) and last.opener == "UNNEST":
            yield from keywords(("AS", "WITH ORDINALITY"))
        yield from keywords(AFTER_OPERAND.get(context.clause, ()))
    else:
        yield from operand(place)


def _phrase(context: Context) -> tuple[str, ...] | None:
    """Return what must come in the frame of a window or a branch of a MERGE, if it is there."""
    last = tuple(item.word for item in context.before[-3:])
    if context.bracket is None and _is_merge(context):
        for count in (3, 2, 1):
            if (found := MERGE_RULES.get(last[-count:])) is not None:
                return found
    return PAIRS.get((last[-2], last[-1])) if len(last) > 1 else None


def _opens_window(context: Context) -> bool:
    if context.before:
        return False
    return context.bracket == "OVER" or (context.bracket == "AS" and context.clause == "WINDOW")


def _is_merge(context: Context) -> bool:
    return context.words[:1] == ("MERGE",)


def _is_star(context: Context) -> bool:
    """Whether all columns were asked for right before: ``SELECT *``, ``SELECT a, t.*``."""
    if context.clause != "SELECT" or context.previous or not context.before:
        return False
    words = {"SELECT", "ALL", "DISTINCT"}
    star, before = context.before[-1], context.before[-2:-1]
    return star.mark == "*" and any(
        item.word in words or item.mark in {",", "."} for item in before
    )


def operand(place: Place) -> Iterator[Offer]:
    """Yield what a clause of a query takes where a name or a value must come."""
    context = place.context
    if _names_relation(context) and not context.function:
        yield from relations(place)
    elif context.bracket == "USING":
        yield from common_columns(place)
    elif context.bracket == "INSERT" and _is_merge(context):
        yield from merged_columns(place)
    elif context.clause == "WITH":
        if context.bracket == "AS" and not context.before:
            yield from keywords(("SELECT", "VALUES", "WITH"), NEAR)
    elif context.clause not in _NUMBER_CLAUSES:
        yield from expression(place)


def merged_columns(place: Place) -> Iterator[Offer]:
    """Yield the columns of the table that a MERGE changes."""
    scope = place.context.scope
    for target in scope.sources[:1]:
        for column in place.resolver.columns(target, scope):
            yield Offer(column.name, "column", column.type, NEAR)


def _is_half_a_phrase(context: Context) -> bool:
    """Whether the word before the cursor wants one certain word behind it."""
    if context.previous == "ALL" and context.clause == "SELECT":
        return False
    return context.previous in AFTER_WORD and context.clause != "WITH"


def after_as(context: Context) -> Iterator[Offer]:
    """Yield types in a cast; an alias is the user's own."""
    if context.bracket in {"CAST", "TRY_CAST"}:
        yield from types(QUERY_TYPES)
    elif context.clause == "WITH":
        yield Offer("(", "keyword")


def target_columns(place: Place, *, partitions: bool = False) -> Iterator[Offer]:
    """Yield the columns of the table that an ALTER names."""
    table = place.resolver.table(place.context.target)
    for column in table.columns if table is not None else ():
        if column.is_partition or not partitions:
            yield Offer(column.name, "column", column.type, NEAR)


def prepared_statements(place: Place) -> Iterator[Offer]:
    """Yield the names of prepared statements."""
    for name in place.prepared:
        yield Offer(name, "prepared", "prepared statement", NEAR)


def _wants_relation(context: Context) -> bool:
    if context.function:
        return False
    return not context.query or _names_relation(context)


def _names_relation(context: Context) -> bool:
    """Whether the clause names relations; the USING of a MERGE does, that of a join does not."""
    if context.clause == "USING":
        return context.bracket is None and _is_merge(context)
    return context.clause in _RELATION_CLAUSES


_PLACEHOLDERS: Final[dict[str, Callable[[Place], Iterable[Offer]]]] = {
    "<table>": lambda place: tables(place, views=False),
    "<view>": lambda place: tables(place, views=False, only_views=True),
    "<relation>": lambda place: tables(place, views=True),
    "<database>": databases,
    "<catalog>": catalogs,
    "<column>": target_columns,
    "<type>": lambda _: types(DDL_TYPES),
    "<prepared>": prepared_statements,
    "<serde>": lambda _: serdes(),
}
