"""The catalog's tables through Glue, which lists twice as many in a call as Athena does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from athena_shell.athena import parse
from athena_shell.athena.metadata import DEFAULT_CATALOG, AthenaMetadata
from athena_shell.core.errors import AuthError, QueryFailed, ServiceError

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller
    from athena_shell.core.model import Table
    from athena_shell.core.ports import Clock

_PAGE: Final = 100
"""Tables in one reply at most; Athena's ListTableMetadata gives 50
(https://docs.aws.amazon.com/glue/latest/webapi/API_GetTables.html)."""


class GlueMetadata(AthenaMetadata):
    """As ``AthenaMetadata``, but a database's tables come from Glue while Glue answers.

    For lists that nobody waits for: where the role may not ask Glue, or Glue cannot be reached,
    Athena is asked instead, from then on and without a word.

    Args:
        caller: makes the calls.
        clock: time.
    """

    def __init__(self, caller: Caller, clock: Clock) -> None:
        super().__init__(caller, clock)
        self._answers = True

    def tables(self, catalog: str, database: str) -> Sequence[Table]:
        """Return the database's tables and views with their columns, by name."""
        catalog = catalog or DEFAULT_CATALOG
        if self._answers and catalog.lower() == DEFAULT_CATALOG.lower():
            try:
                found = [
                    parse.parse_glue_table(value, catalog, database)
                    for value in self._glue_tables(database)
                ]
            except (AuthError, QueryFailed, ServiceError):
                self._still_wanted()
                self._answers = False
            else:
                return sorted(found, key=lambda table: table.name)
        return super().tables(catalog, database)

    def _glue_tables(self, database: str) -> Iterator[parse.Reply]:
        token: str | None = None
        seen: set[str] = set()
        while True:
            self._still_wanted()
            more = {} if token is None else {"NextToken": token}
            reply = self._caller.call(
                "glue", "get_tables", DatabaseName=database, MaxResults=_PAGE, **more
            )
            yield from parse.require(reply, "TableList", "GetTables")
            token = reply.get("NextToken")
            if not token:
                return
            if token in seen:
                raise ServiceError("GetTables handed out a page token for the second time.")
            seen.add(token)
