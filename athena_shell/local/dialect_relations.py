"""FROM clauses: tables, views, joins, subqueries, samples."""

from __future__ import annotations

from typing import Any, Final

from sqlglot import exp

from athena_shell.local.dialect import Context, Query, Relation
from athena_shell.local.dialect_operators import comparable, condition
from athena_shell.local.dialect_unnest import unnest
from athena_shell.local.errors import EngineError
from athena_shell.local.scope import OutputColumn, Scope, Source, Typed, column_of
from athena_shell.local.syntax import parse
from athena_shell.local.time_travel import pointer
from athena_shell.local.types import quote

_CATALOG: Final = "awsdatacatalog"
_MOST_PARTS: Final = 3


def add_relations(context: Context, node: Any, scope: Scope) -> str:
    """Put a query's relations into its scope and return its FROM clause."""
    from_ = node.args.get("from_")
    if from_ is None:
        return ""
    sql = " FROM " + relation(context, from_.this, scope, "")
    for join in _joins_of(from_.this):
        sql += _join(context, join, scope)
    for join in node.args.get("joins") or []:
        sql += _join(context, join, scope)
        for nested in _joins_of(join.this):
            sql += _join(context, nested, scope)
    if node.args.get("laterals"):
        raise context.refuse("LATERAL VIEW", node)
    return sql


def _joins_of(node: Any) -> list[Any]:
    return (node.args.get("joins") or []) if isinstance(node, exp.Table) else []


def _join(context: Context, join: Any, scope: Scope) -> str:
    method = str(join.args.get("method") or "").upper()
    side = str(join.args.get("side") or "").upper()
    kind = str(join.args.get("kind") or "").upper()
    if kind not in {"", "CROSS", "INNER", "OUTER"} or method not in {"", "NATURAL"}:
        raise context.refuse(f"{method} {kind} JOIN".strip(), join)
    before = list(scope.sources)
    lateral = isinstance(join.this, exp.Unnest | exp.Lateral)
    right = relation(context, join.this, scope, side)
    added = scope.sources[len(before) :]
    on, using = join.args.get("on"), join.args.get("using")
    if method:
        names = [c.name for s in before for c in s.columns if c.name]
        using = [exp.to_identifier(n) for n in names if any(s.find(n) for s in added)]
    word = f"{side} JOIN" if side else "JOIN"
    if using:
        return f" {word} {right} ON {_using(context, using, scope, before, (side, join))}"
    if on is not None:
        return f" {word} {right} ON {condition(context, on, scope).sql}"
    if side and not lateral:
        raise context.error("SYNTAX_ERROR", f"{side} JOIN requires ON or USING", join)
    return f" CROSS JOIN {right}"


def _using(
    context: Context, names: list[Any], scope: Scope, before: list[Source], how: tuple[str, Any]
) -> str:
    side, join = how
    tests = []
    for item in names:
        name = item.name.lower()
        left = [column_of(s, c) for s in before for c in s.find(name)]
        left = [scope.merged[name]] if name in scope.merged else left
        added = [s for s in scope.sources if s not in before]
        right = [column_of(s, c) for s in added for c in s.find(name)]
        if not left or not right:
            message = f"Column '{name}' is missing from one side of the join"
            raise context.error("COLUMN_NOT_FOUND", message, join)
        if not comparable(left[0].type, right[0].type):
            raise context.error("TYPE_MISMATCH", f"Cannot join on '{name}'", join)
        tests.append(f"({left[0].sql} = {right[0].sql})")
        merged = {"": left[0], "LEFT": left[0], "INNER": left[0], "RIGHT": right[0]}.get(side)
        both = f"coalesce({left[0].sql}, {right[0].sql})"
        scope.merged[name] = merged or Typed(both, left[0].type)
    return " AND ".join(tests)


def relation(context: Context, node: Any, scope: Scope, side: str) -> str:
    """Return a relation's SQL with its alias and put it into the scope."""
    if isinstance(node, exp.Unnest):
        return unnest(context, node, scope, side)
    if isinstance(node, exp.Lateral):
        inner = node.this.this if isinstance(node.this, exp.Subquery) else node.this
        query = context.query(inner, scope)
        return _named(context, node, scope, f"LATERAL ({query.sql})", query.columns)
    if isinstance(node, exp.Subquery):
        return _subquery(context, node, scope)
    if isinstance(node, exp.Values):
        query = context.query(node, _outside(scope))
        return _named(context, node, scope, f"({query.sql})", query.columns)
    if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        raise context.refuse("A table function", node)
    if isinstance(node, exp.Table):
        return _table(context, node, scope)
    raise context.refuse(f"This kind of relation ({type(node).__name__})", node)


def _outside(scope: Scope) -> Scope:
    # A derived table sees common table expressions but not its neighbours.
    outside = Scope(parent=scope.parent)
    outside.relations = scope.relations
    return outside


def _subquery(context: Context, node: Any, scope: Scope) -> str:
    inner = node.this
    if (
        isinstance(inner, exp.Table | exp.Subquery)
        and not node.alias
        and not isinstance(inner, exp.Query)
    ):
        sql = relation(context, inner, scope, "")
        for join in (*_joins_of(inner), *(node.args.get("joins") or [])):
            sql += _join(context, join, scope)
        return f"({sql})"
    bare = node.copy()
    bare.set("alias", None)
    bare.set("sample", None)
    query = context.query(
        bare if bare.args.get("with_") or _modified(bare) else node.this, _outside(scope)
    )
    return _named(context, node, scope, f"({query.sql})", query.columns)


def _modified(node: Any) -> bool:
    return any(node.args.get(key) for key in ("order", "limit", "offset"))


def _named(
    context: Context, node: Any, scope: Scope, sql: str, columns: tuple[OutputColumn, ...]
) -> str:
    from athena_shell.local.dialect_queries import renamed

    alias = node.args.get("alias")
    names = [column.name for column in alias.columns] if alias is not None else []
    if names and len(names) != len(columns):
        raise context.error(
            "MISMATCHED_COLUMN_ALIASES",
            f"Column alias list has {len(names)} entries but '{alias.name}' has "
            f"{len(columns)} columns available",
            node,
        )
    new = renamed(columns, names)
    name = alias.name if alias is not None and alias.name else context.fresh("anonymous")
    _check_alias(context, scope, name, node)
    scope.sources.append(Source(name, new))
    listed = ", ".join(quote(column.sql_name) for column in new)
    return f"{sql} AS {quote(name)}({listed}){sample(context, node, scope)}"


def _check_alias(context: Context, scope: Scope, name: str, node: Any) -> None:
    if any(source.alias.lower() == name.lower() for source in scope.sources):
        raise context.refuse(f"The same name '{name}' for two relations of one FROM clause", node)


def sample(context: Context, node: Any, scope: Scope) -> str:
    """Return the TABLESAMPLE of a relation."""
    part = node.args.get("sample")
    if part is None:
        return ""
    method, share = part.args.get("method"), part.args.get("percent")
    if method is None or share is None or method.name.upper() not in {"BERNOULLI", "SYSTEM"}:
        raise context.refuse("This TABLESAMPLE", node)
    value = context.expression(share, scope)
    if not value.type.is_numeric:
        raise context.error("TYPE_MISMATCH", "Sample percentage must be a number", node)
    plain = str(share.this) if isinstance(share, exp.Literal) else None
    if plain is None:
        raise context.refuse("A sample percentage that is not a literal", node)
    return f" TABLESAMPLE {method.name.upper()}({plain}%)"


def table_names(context: Context, node: Any) -> tuple[str, str]:
    """Return the database and the name of a table; errors as Athena has them."""
    catalog = node.catalog.lower()
    if catalog and catalog != _CATALOG:
        raise context.error("CATALOG_NOT_FOUND", f"Catalog '{catalog}' does not exist", node)
    return (node.db or context.database).lower(), node.name.lower()


def _table(context: Context, node: Any, scope: Scope) -> str:
    version = pointer(context, node)
    if node.args.get("match_recognize") or node.args.get("pivots"):
        raise context.refuse("MATCH_RECOGNIZE or PIVOT", node)
    if not node.db and (columns := scope.relation(node.name)) is not None:
        if version is not None:
            message = "This connector does not support versioned tables"
            raise context.error("NOT_SUPPORTED", message, node)
        return _common_table(context, node, scope, columns)
    database, name = table_names(context, node)
    chosen = _chosen_partitions(context, node, scope, (database, name))
    found = context.tables.open_table(database, name, chosen, version)
    if found is None:
        if not context.tables.has_database(database):
            raise context.error("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist", node)
        shown = f"{_CATALOG}.{database}.{name}"
        raise context.error("TABLE_NOT_FOUND", f"Table '{shown}' does not exist", node)
    if isinstance(found, str):
        query = _view(context, (database, name), found, node)
        found = Relation(query.sql, query.columns)
    else:
        read = name if version is None else f"{name} {version.sql}"
        context.used[database, read] = found.size
    return _aliased(context, node, scope, f"({found.sql})", (database, name, found.columns))


def _chosen_partitions(
    context: Context, node: Any, scope: Scope, table: tuple[str, str]
) -> tuple[str, str] | None:
    keys = context.tables.partition_keys(*table) if scope.filters else ()
    if not keys:
        return None
    alias = node.alias or table[1]
    inner = Scope(sources=[Source(alias, keys, table[0])])
    tests = []
    for part in scope.filters:
        if any(part.find_all(exp.Placeholder, exp.Query, exp.Subquery)):
            continue
        try:
            tests.append(condition(context, part, inner).sql)
        except EngineError:
            continue  # it speaks of other columns, or is wrong: the whole query will tell
    return (alias, " AND ".join(tests)) if tests else None


def _aliased(
    context: Context,
    node: Any,
    scope: Scope,
    sql: str,
    table: tuple[str, str, tuple[OutputColumn, ...]],
) -> str:
    database, name, columns = table
    alias = node.args.get("alias")
    if alias is not None and alias.name:
        return _named(context, node, scope, sql, columns)
    from athena_shell.local.dialect_queries import renamed

    new = renamed(columns, [])
    if any(s.alias == name for s in scope.sources):
        _check_alias(context, scope, name, node)
    scope.sources.append(Source(name, new, database))
    listed = ", ".join(quote(column.sql_name) for column in new)
    return f"{sql} AS {quote(name)}({listed}){sample(context, node, scope)}"


def _common_table(
    context: Context, node: Any, scope: Scope, columns: tuple[OutputColumn, ...]
) -> str:
    sql_name, rest = quote(columns[0].sql_name), columns[1:]
    return _aliased(context, node, scope, f"(SELECT * FROM {sql_name})", ("", node.name, rest))


def _view(context: Context, name: tuple[str, str], text: str, node: Any) -> Query:
    if name in context.views:
        shown = ".".join(name)
        raise context.error("VIEW_IS_RECURSIVE", f"View '{shown}' is recursive", node)
    inner = Context(
        text=text,
        database=context.tables.view_database(*name),
        tables=context.tables,
        probe=context.probe,
        used=context.used,
        views=(*context.views, name),
        counter=context.counter + 1000,
    )
    query = inner.query(parse(text))
    context.counter = inner.counter
    return query
