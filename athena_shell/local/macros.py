"""The macros that the dialect needs, each made when it is first used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from athena_shell.local.dialect_dates import DATE_MACROS
from athena_shell.local.dialect_lambdas import LAMBDA_MACROS
from athena_shell.local.functions_aggregates import AGGREGATE_MACROS
from athena_shell.local.functions_casts import CAST_MACROS
from athena_shell.local.functions_collections import COLLECTION_MACROS
from athena_shell.local.functions_hashes import HASH_MACROS
from athena_shell.local.functions_json import JSON_MACROS
from athena_shell.local.functions_measures import MEASURE_MACROS
from athena_shell.local.functions_numeric import NUMERIC_MACROS
from athena_shell.local.functions_text import TEXT_MACROS
from athena_shell.local.functions_time import TIME_MACROS

# ``a_fail`` raises an error whose text is ``NAME|message``; its namesake for use inside TRY gives
# NULL. DuckDB's own TRY cannot stand around an error of one's own making.
_FAILURES: Final = {
    "a_fail": "a_fail(m, x) AS CASE WHEN error(m) IS NULL THEN x END",
    "t_fail": "t_fail(m, x) AS CASE WHEN length(m) < 0 THEN x END",
}
_SOURCES: Final = (
    NUMERIC_MACROS, TEXT_MACROS, TIME_MACROS, DATE_MACROS, CAST_MACROS, COLLECTION_MACROS,
    JSON_MACROS, LAMBDA_MACROS, AGGREGATE_MACROS, HASH_MACROS, MEASURE_MACROS,
)  # fmt: skip
_NAME: Final = re.compile(r"\b[at]_\w+(?=\()")


@cache
def _definitions() -> dict[str, str]:
    found = dict(_FAILURES)
    for source in _SOURCES:
        for part in re.split(r";\s*\n", source + "\n"):
            definition = part.strip()
            if definition:
                found[definition.partition("(")[0]] = definition
                quiet = re.sub(r"\ba_", "t_", definition)
                found[quiet.partition("(")[0]] = quiet
    return found


def names() -> frozenset[str]:
    """Return the name of every macro."""
    return frozenset(_definitions())


def missing(sql: str, made: set[str]) -> Iterator[tuple[str, str]]:
    """Yield name and definition of each macro that a text needs, those it rests on first.

    Args:
        sql: DuckDB's SQL, or a macro's definition.
        made: the names that exist; those yielded are added.
    """
    known = _definitions()
    for name in dict.fromkeys(_NAME.findall(sql)):
        if name in made or name not in known:
            continue
        made.add(name)
        definition = known[name]
        yield from missing(definition.partition("AS")[2], made)
        yield name, definition
