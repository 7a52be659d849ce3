"""Tables, views, databases and catalogs where a statement names one."""

from __future__ import annotations

from collections.abc import Iterator

from athena_shell.completion.index import DatabaseNames
from athena_shell.completion.offers import COMMON, FAR, NEAR, Offer, Place, keywords


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
    yield from tables_of(place, current(place), views=views, only_views=only_views)


def tables_of(
    place: Place, found: DatabaseNames, *, views: bool = True, only_views: bool = False
) -> Iterator[Offer]:
    """Yield the tables of a database that match what was typed."""
    listed = found.names.search(place.typed)
    if not place.typed:
        # More tables than a menu holds come in order of name: those in use must not be lost.
        used = (name for name in place.usage.weights if name in found.tables)
        listed = [*(found.tables[name].name for name in used), *listed]
    for name in listed:
        table = found.tables[name.lower()]
        if table.is_view and (views or only_views):
            yield Offer(name, "view", "view", NEAR)
        elif not table.is_view and not only_views:
            yield Offer(name, "table", "table", NEAR)


def current(place: Place) -> DatabaseNames:
    """Return the tables of the session's database."""
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


def relations_below(place: Place) -> Iterator[Offer]:
    """Yield what a qualifier holds: the tables of a database, the databases of a catalog."""
    qualifier = place.context.qualifier
    index, session = place.resolver.index, place.resolver.session
    found = None
    if len(qualifier) == 1:
        found = index.database(session.catalog, qualifier[0])
        for name in index.databases_of(qualifier[0]):
            yield Offer(name, "database", "database")
    elif len(qualifier) == 2:  # noqa: PLR2004 - catalog.database
        found = index.database(*qualifier)
    if found is not None:
        yield from tables_of(place, found)
