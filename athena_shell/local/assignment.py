"""Values as Athena writes them into columns of another type."""

from __future__ import annotations

from athena_shell.local.types import DuckType, quote, text

_ORDER = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "FLOAT", "DOUBLE")


def may_unify(one: DuckType, other: DuckType) -> bool:
    """Whether Athena finds a common type for values of two types; NULL fits every type."""
    if "NULL" in {one.name, other.name}:
        return True
    if one.name == other.name:
        return len(one.items) == len(other.items) and all(
            may_unify(a, b) for (_, a), (_, b) in zip(one.items, other.items, strict=True)
        )
    if one.is_numeric and other.is_numeric:
        return True
    return one.is_timed and other.is_timed


def assignable(given: DuckType, kind: DuckType) -> bool:
    """Whether Athena writes a value of one type into a column of another by itself."""
    if "NULL" in {given.name, kind.name}:
        return given.name == "NULL"
    if given.name in _ORDER and kind.name in _ORDER and given.name != "DECIMAL":
        return _ORDER.index(given.name.replace("HUGEINT", "BIGINT")) <= _ORDER.index(kind.name)
    if given.name == "DECIMAL" and kind.is_integer:
        return False
    if given.items and given.name == kind.name:
        return len(given.items) == len(kind.items) and all(
            assignable(a, b) for (_, a), (_, b) in zip(given.items, kind.items, strict=True)
        )
    return may_unify(given, kind)


def assigned(sql: str, given: DuckType, kind: DuckType, depth: int = 0) -> str:
    """Return SQL for a value in a column's type; the fields of rows go by their places.

    Args:
        sql: the value; it may be repeated.
        given: its type.
        kind: the column's type, to which it is assignable.
        depth: how many lambdas are around.
    """
    if not _has_rows(given):
        return f"CAST({sql} AS {kind.sql})"
    item = f"v{depth}"
    if given.name == "LIST":
        inner = assigned(item, given.element, kind.element, depth + 1)
        return f"list_transform({sql}, lambda {item}: {inner})"
    if given.name == "MAP":
        key = assigned(f"{item}.key", given.key, kind.key, depth + 1)
        value = assigned(f"{item}.value", given.value, kind.value, depth + 1)
        entry = f"struct_pack(k := {key}, v := {value})"
        return f"map_from_entries(list_transform(map_entries({sql}), lambda {item}: {entry}))"
    fields = ", ".join(
        f"{quote(new)} := " + assigned(f"struct_extract({sql}, {text(old)})", of, to, depth)
        for (old, of), (new, to) in zip(given.items, kind.items, strict=True)
    )
    return f"CASE WHEN {sql} IS NOT NULL THEN struct_pack({fields}) END"


def _has_rows(kind: DuckType) -> bool:
    return kind.name == "STRUCT" or any(_has_rows(item) for _, item in kind.items)
