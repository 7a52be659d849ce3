"""A query whose result Athena itself writes as Parquet: the statement and the place for it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from athena_shell.core.errors import CommandError
from athena_shell.sql.statement import classify
from athena_shell.sql.variables import Substitution, quote_literal

if TYPE_CHECKING:
    from athena_shell.core.model import Target, Workgroup

_QUERIES: Final = frozenset({"SELECT", "WITH", "VALUES", "TABLE"})
_PREFIX: Final = "UNLOAD ("


def is_unloadable(text: str) -> bool:
    """Tell whether UNLOAD takes a statement: it is a query."""
    return classify(text).verb.upper() in _QUERIES


def result_location(target: Target, workgroup: Workgroup) -> str:
    """Return the place in S3 below which results go; raises CommandError when there is none."""
    own = target.output_location
    place = workgroup.output_location if workgroup.enforced or not own else own
    if workgroup.managed_results or not place:
        raise CommandError(
            "There is no place in S3 for the parts: the workgroup keeps its results itself.",
            "Name one with S3OutputLocation in the profile, or leave --unload out.",
        )
    return place


def unloading(query: Substitution, place: str) -> Substitution:
    """Return the statement that writes a query's result as Parquet, with the way back.

    Args:
        query: what was typed, variables replaced.
        place: where in S3; the parts go to a new directory below.
    """
    location = f"{place.rstrip('/')}/unload-{uuid.uuid4()}/"
    text = f"{_PREFIX}{query.text}\n) TO {quote_literal(location)} WITH (format = 'PARQUET')"
    shift = len(_PREFIX)
    spans = tuple((a + shift, b + shift, c, d) for a, b, c, d in query.spans)
    end = query.typed_offset(len(query.text))
    behind = (shift + len(query.text), len(text), end, end)
    return Substitution(text, ((0, shift, 0, 0), *spans, behind))
