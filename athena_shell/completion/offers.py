"""What each place of the grammar offers, before it is matched with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from athena_shell.completion.columns import Resolver
from athena_shell.completion.context import Context
from athena_shell.completion.grammar import (
    AFTER_OPERAND,
    AFTER_WORD,
    EXPRESSION_START,
    VERBS,
    following,
)
from athena_shell.completion.index import DatabaseNames
from athena_shell.sql.keywords import DDL_TYPES, QUERY_TYPES
from athena_shell.sql.vocabulary import functions

NEAR: Final = 0
COMMON: Final = 1
FAR: Final = 2
LAST: Final = 3

_VIEW_TYPE: Final = "view"
_NAMED: Final = frozenset({"table", "view", "database", "catalog", "column", "cte", "alias"})


@dataclass(frozen=True)
class Offer:
    """A possible completion; ``rank`` orders offers that match equally well, smaller first."""

    name: str
    kind: str
    meta: str = ""
    rank: int = COMMON
    insert: str = ""
    display: str = ""

    @property
    def is_name(self) -> bool:
        """Whether it is an identifier that may need quotes."""
        return self.kind in _NAMED


@dataclass(frozen=True)
class Place:
    """The context with what is needed to answer it."""

    context: Context
    resolver: Resolver
    prepared: Sequence[str] = ()
    partition_values: Mapping[tuple[str, str, str, str], tuple[str, ...]] = field(
        default_factory=dict
    )

    @property
    def typed(self) -> str:
        """What was typed of the name."""
        return self.context.prefix


def offers(place: Place) -> Iterator[Offer]:
    """Yield what fits the place."""
    context = place.context
    if context.qualifier:
        yield from qualified(place)
        return
    if not context.words and context.bracket is None and not context.before:
        yield from keywords(VERBS, NEAR)
        return
    if context.bracket is None and (next_words := following(context.words)) is not None:
        yield from from_grammar(place, next_words)
        return
    if not context.query:
        yield from in_ddl_brackets(place)
        return
    yield from in_query(place)


def keywords(words: Iterable[str], rank: int = COMMON) -> Iterator[Offer]:
    """Yield keywords in the order given."""
    for word in words:
        yield Offer(word, "keyword", rank=rank)


def from_grammar(place: Place, next_words: Iterable[str]) -> Iterator[Offer]:
    """Yield what the table of the grammar says, names filled in."""
    for word in next_words:
        if word.startswith("<"):
            yield from _PLACEHOLDERS[word](place)
        else:
            yield Offer(word, "keyword")


def in_ddl_brackets(place: Place) -> Iterator[Offer]:
    """Yield the types of a column list, and nothing for brackets that hold values."""
    context = place.context
    last = context.before[-1] if context.before else None
    if context.words[:1] not in {("CREATE",), ("ALTER",)} or last is None:
        return
    if len(context.before) == 1 or getattr(context.before[-2], "text", "") == ",":
        yield from types(DDL_TYPES)


def in_query(place: Place) -> Iterator[Offer]:
    """Yield what a clause of a query takes."""
    context = place.context
    previous = context.previous
    if previous == "AS":
        yield from after_as(place)
    elif previous in AFTER_WORD and context.clause != "WITH":
        yield from keywords(AFTER_WORD[previous], NEAR)
    elif not context.wants_operand:
        yield from keywords(AFTER_OPERAND.get(context.clause, ()))
    elif context.clause in {"FROM", "JOIN", "INTO", "UPDATE"} and not context.function:
        yield from relations(place)
    elif context.clause == "USING" and context.bracket == "USING":
        yield from common_columns(place)
    else:
        yield from expression(place)


def after_as(place: Place) -> Iterator[Offer]:
    """Yield types in a cast; an alias is the user's own."""
    context = place.context
    if context.bracket in {"CAST", "TRY_CAST"}:
        yield from types(QUERY_TYPES)
    elif context.clause == "WITH":
        yield Offer("(", "keyword")


def expression(place: Place) -> Iterator[Offer]:
    """Yield columns, aliases, functions and the words that begin an expression."""
    context = place.context
    yield from columns_in_scope(place)
    yield from aliases(place)
    if context.clause == "SELECT":
        if not context.scope.sources:
            yield from columns_anywhere(place)
        if context.previous == "SELECT" and not context.function:
            yield from keywords(("*", "DISTINCT", "ALL"))
    if context.clause == "GROUP BY":
        yield from keywords(("ROLLUP (", "CUBE (", "GROUPING SETS ("), FAR)
    if context.clause != "LIMIT":
        yield from keywords(EXPRESSION_START, FAR)
        yield from called_functions()
    if context.bracket == "" and not context.before:
        yield from keywords(("SELECT", "WITH"), FAR)


def columns_in_scope(place: Place) -> Iterator[Offer]:
    """Yield the columns of the relations in scope, outer queries last."""
    scope, rank = place.context.scope, NEAR
    shown: set[str] = set()
    while True:
        for source in scope.sources:
            for column in place.resolver.columns(source, scope):
                if column.name not in shown:
                    shown.add(column.name)
                    yield Offer(column.name, "column", _column_meta(source.name, column), rank)
        if scope.outer is None:
            return
        scope, rank = scope.outer, COMMON


def _column_meta(source: str, column: object) -> str:
    kind = getattr(column, "type", "")
    partition = "partition " if getattr(column, "is_partition", False) else ""
    return f"{source}  {partition}{kind}".strip()


def columns_anywhere(place: Place) -> Iterator[Offer]:
    """Yield columns of any table of the current database, when FROM is not there yet."""
    if not place.typed:
        return
    for name in _current(place).columns.search(place.typed):
        yield Offer(name, "column", "column", COMMON)


def common_columns(place: Place) -> Iterator[Offer]:
    """Yield the columns that more than one relation has."""
    seen: dict[str, int] = {}
    kinds: dict[str, str] = {}
    scope = place.context.scope
    for source in scope.sources:
        for column in place.resolver.columns(source, scope):
            seen[column.name] = seen.get(column.name, 0) + 1
            kinds[column.name] = column.type
    for name, count in seen.items():
        if count > 1:
            yield Offer(name, "column", kinds[name], NEAR)


def aliases(place: Place) -> Iterator[Offer]:
    """Yield the names that columns can be qualified with."""
    scope = place.context.scope
    for source in scope.sources:
        if source.name:
            yield Offer(source.name, "alias", ".".join(source.parts), COMMON)


def called_functions() -> Iterator[Offer]:
    """Yield every function, its bracket opened."""
    for name, forms in functions().items():
        first = forms[0]
        insert = f"{name}(" if first.is_called else name
        meta = f"{first.signature} → {first.returns}: {first.summary}"
        yield Offer(name, "function", meta, FAR, insert, insert)


def types(names: Iterable[str]) -> Iterator[Offer]:
    """Yield names of types."""
    for name in names:
        yield Offer(name, "type", "type")


def relations(place: Place) -> Iterator[Offer]:
    """Yield all that can stand in FROM."""
    context = place.context
    for name in context.scope.cte_names():
        yield Offer(name, "cte", "named query", NEAR)
    yield from tables(place, views=True)
    yield from databases(place)
    yield from catalogs(place)
    if context.clause in {"FROM", "JOIN"}:
        yield from keywords(("UNNEST(", "LATERAL (", "(SELECT", "TABLE("), FAR)
    if context.bracket is not None and not context.before:
        yield from keywords(("SELECT", "WITH", "VALUES"), FAR)


def tables(place: Place, *, views: bool, only_views: bool = False) -> Iterator[Offer]:
    """Yield tables, views or both of the current database."""
    yield from _tables_of(place, _current(place), views=views, only_views=only_views)


def _tables_of(
    place: Place, found: DatabaseNames, *, views: bool = True, only_views: bool = False
) -> Iterator[Offer]:
    for name in found.names.search(place.typed):
        table = found.tables[name.lower()]
        if table.is_view and (views or only_views):
            yield Offer(name, "view", _VIEW_TYPE, NEAR)
        elif not table.is_view and not only_views:
            yield Offer(name, "table", "table", NEAR)


def _current(place: Place) -> DatabaseNames:
    session = place.resolver.session
    return place.resolver.index.database(session.catalog, session.database) or DatabaseNames()


def databases(place: Place) -> Iterator[Offer]:
    """Yield the databases of the session's catalog."""
    for name in place.resolver.index.databases_of(place.resolver.session.catalog):
        yield Offer(name, "database", "database", COMMON)


def catalogs(place: Place) -> Iterator[Offer]:
    """Yield the data catalogs."""
    for name in place.resolver.index.catalogs:
        yield Offer(name, "catalog", "catalog", FAR)


def target_columns(place: Place) -> Iterator[Offer]:
    """Yield the columns of the table that an ALTER names."""
    tokens = [getattr(item, "text", "") for item in place.context.before]
    table = place.resolver.table(tuple(part for part in tokens[2:3] if part))
    for column in table.columns if table else ():
        yield Offer(column.name, "column", column.type, NEAR)


def prepared_statements(place: Place) -> Iterator[Offer]:
    """Yield the names of prepared statements."""
    for name in place.prepared:
        yield Offer(name, "prepared", "prepared statement", NEAR)


def serdes(_: Place) -> Iterator[Offer]:
    """Yield the SerDe libraries that Athena supports."""
    for name in SERDES:
        yield Offer(f"'{name}'", "value", "SerDe", NEAR)


SERDES: Final = (
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    "org.openx.data.jsonserde.JsonSerDe",
    "org.apache.hive.hcatalog.data.JsonSerDe",
    "com.amazon.ionhiveserde.IonHiveSerDe",
    "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    "org.apache.hadoop.hive.serde2.RegexSerDe",
    "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    "com.amazonaws.glue.serde.GrokSerDe",
    "com.amazon.emr.hive.serde.CloudTrailSerde",
)
"""https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html"""

_PLACEHOLDERS: Final[dict[str, Callable[[Place], Iterator[Offer]]]] = {
    "<table>": lambda place: tables(place, views=False),
    "<view>": lambda place: tables(place, views=False, only_views=True),
    "<relation>": lambda place: tables(place, views=True),
    "<database>": databases,
    "<catalog>": catalogs,
    "<column>": target_columns,
    "<type>": lambda _: types(DDL_TYPES),
    "<prepared>": prepared_statements,
    "<serde>": serdes,
}


def qualified(place: Place) -> Iterator[Offer]:
    """Yield what can follow a dot: columns, fields, tables or databases."""
    context, resolver = place.context, place.resolver
    qualifier = context.qualifier
    index, session = resolver.index, resolver.session
    if not _wants_relation(context):
        yield from _columns_of(place, qualifier)
    if len(qualifier) == 1:
        found = index.database(session.catalog, qualifier[0])
        if found is not None:
            yield from _tables_of(place, found)
        for name in index.databases_of(qualifier[0]):
            yield Offer(name, "database", "database")
    elif len(qualifier) == 2:  # noqa: PLR2004 - catalog.database
        found = index.database(*qualifier)
        if found is not None:
            yield from _tables_of(place, found)


def _wants_relation(context: Context) -> bool:
    return not context.query or context.clause in {"FROM", "JOIN", "INTO", "UPDATE"}


def _columns_of(place: Place, qualifier: Sequence[str]) -> Iterator[Offer]:
    scope = place.context.scope
    wanted = [part.lower() for part in qualifier]
    while True:
        for source in scope.sources:
            names = [part.lower() for part in source.parts]
            if wanted == [source.name.lower()] or wanted == names[-len(wanted) :]:
                for column in place.resolver.columns(source, scope):
                    yield Offer(column.name, "column", _column_meta("", column), NEAR)
        if scope.outer is None:
            return
        scope = scope.outer
