"""SQL that turns a value into the text Athena prints for it."""

from __future__ import annotations

from typing import Final

from athena_shell.local.types import DuckType, local_time_sql, quote, text

_CLOCK: Final = "%H:%M:%S.%g"
_DATED: Final = f"%Y-%m-%d {_CLOCK}"


def render(sql: str, kind: DuckType, *, depth: int = 0) -> str:
    """Return a DuckDB expression of type VARCHAR for the value of ``sql``.

    Args:
        sql: a DuckDB expression; it may be repeated, so it should be a column.
        kind: its type.
        depth: how many lambdas are around, so that their parameters differ.
    """
    if kind.name in _SIMPLE:
        return _SIMPLE[kind.name].format(sql)
    if kind.name == "TIMESTAMP WITH TIME ZONE":
        zone = kind.zone or "'UTC'"
        return f"strftime({local_time_sql(sql, zone)}, '{_DATED}') || ' ' || {zone}"
    if kind.name == "DECIMAL" and kind.parameters[0] == kind.parameters[1]:
        # DuckDB leaves out the zero before the point of a decimal without whole digits.
        return f"regexp_replace(CAST({sql} AS VARCHAR), '^(-?)\\.', '\\10.')"
    if kind.name in {"LIST", "MAP", "STRUCT"}:
        return _nested(sql, kind, depth)
    return f"CAST({sql} AS VARCHAR)"


_SIMPLE: Final = {
    "DOUBLE": "a_double_text({0})",
    "FLOAT": "a_double_text({0})",
    "TIMESTAMP": f"strftime({{0}}, '{_DATED}')",
    "TIME": f"strftime(DATE '2000-01-01' + {{0}}, '{_CLOCK}')",
    "BLOB": r"rtrim(regexp_replace(lower(hex({0})), '(..)', '\1 ', 'g'))",
    "INTERVAL": "a_interval_text({0})",
    "MONTHS": "a_months_text({0})",
    "NULL": "CAST(NULL AS VARCHAR)",
}


def _nested(sql: str, kind: DuckType, depth: int) -> str:
    item = f"i{depth}"

    def part(value: str, of: DuckType) -> str:
        return f"coalesce({render(value, of, depth=depth + 1)}, 'null')"

    if kind.name == "LIST":
        inner = f"list_transform({sql}, lambda {item}: {part(item, kind.element)})"
        return f"'[' || array_to_string({inner}, ', ') || ']'"
    if kind.name == "MAP":
        key, value = part(f"{item}.key", kind.key), part(f"{item}.value", kind.value)
        inner = f"list_transform(map_entries({sql}), lambda {item}: {key} || '=' || {value})"
        return f"'{{' || array_to_string({inner}, ', ') || '}}'"
    fields = " || ', ' || ".join(
        f"{text(name + '=')} || {part(f'struct_extract({sql}, {text(name)})', of)}"
        for name, of in kind.items
    )
    return f"CASE WHEN {sql} IS NOT NULL THEN '{{' || {fields} || '}}' END"


def rendered_query(query: str, kinds: tuple[DuckType, ...]) -> str:
    """Wrap a query so that every column comes as Athena's text."""
    names = [quote(f"c{i}") for i in range(len(kinds))]
    texts = ", ".join(render(name, kind) for name, kind in zip(names, kinds, strict=True))
    return f"SELECT {texts} FROM ({query}) AS q({', '.join(names)})"
