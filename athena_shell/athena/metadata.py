"""The catalog by Athena's metadata calls, which are free and never start a query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Final

from athena_shell.athena import parse
from athena_shell.athena.patience import Patience
from athena_shell.core.errors import CommandError, QueryFailed, ServiceError
from athena_shell.core.model import Database, Table, Workgroup

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller
    from athena_shell.core.ports import Clock

DEFAULT_CATALOG: Final = "AwsDataCatalog"
_PAGE: Final = 50
_MOST_PARTITIONS: Final = 10_000
_PARTITION_PAGE: Final = 1_000
_NO_VALUE: Final = "__HIVE_DEFAULT_PARTITION__"
_MISSING: Final = ("entitynotfound", "not found", "does not exist", "no such", "nosuch")


class AthenaMetadata:
    """The ``Metadata`` port on Amazon Athena; safe to call from any thread.

    Args:
        caller: makes the calls.
        clock: time.
        patience: seconds for which a call is repeated in bad weather; short, since somebody waits
            for a list rather than for a query that was paid for.
    """

    def __init__(self, caller: Caller, clock: Clock, *, patience: float = 10.0) -> None:
        self._caller = caller
        self._patience = Patience(clock, patience)
        self._stopped: Callable[[], bool] = lambda: False

    def stop_when(self, stopped: Callable[[], bool]) -> None:
        """Give up a list before its next page once nobody waits for it.

        Args:
            stopped: asked on the thread that lists; the list then ends in a ServiceError.
        """
        self._stopped = stopped

    def _still_wanted(self) -> None:
        if self._stopped():
            raise ServiceError("The list is not wanted any more.", code="GivenUp")

    def catalogs(self) -> Sequence[str]:
        """Return the data catalogs' names, the account's own first."""
        names = [
            str(parse.require(value, "CatalogName", "ListDataCatalogs"))
            for value in self._pages("list_data_catalogs", "DataCatalogsSummary")
        ]
        others = sorted({name for name in names if name != DEFAULT_CATALOG})
        return (DEFAULT_CATALOG, *others)

    def databases(self, catalog: str) -> Sequence[Database]:
        """Return the catalog's databases by name."""
        catalog = catalog or DEFAULT_CATALOG
        with _told_missing(catalog):
            values = list(self._pages("list_databases", "DatabaseList", CatalogName=catalog))
        return sorted(map(parse.parse_database, values), key=lambda database: database.name)

    def database(self, catalog: str, name: str) -> Database:
        """Return one database; raises CommandError when it does not exist."""
        catalog = catalog or DEFAULT_CATALOG
        with _told_missing(catalog, name):
            reply = self._one("get_database", "Database", CatalogName=catalog, DatabaseName=name)
        return parse.parse_database(reply)

    def tables(self, catalog: str, database: str) -> Sequence[Table]:
        """Return the database's tables and views with their columns, by name."""
        catalog = catalog or DEFAULT_CATALOG
        with _told_missing(catalog, database):
            values = list(
                self._pages(
                    "list_table_metadata",
                    "TableMetadataList",
                    CatalogName=catalog,
                    DatabaseName=database,
                )
            )
        tables = (parse.parse_table(value, catalog, database) for value in values)
        return sorted(tables, key=lambda table: table.name)

    def table(self, catalog: str, database: str, name: str) -> Table:
        """Return one table; raises CommandError when it does not exist."""
        catalog = catalog or DEFAULT_CATALOG
        with _told_missing(catalog, database, name):
            reply = self._one(
                "get_table_metadata",
                "TableMetadata",
                CatalogName=catalog,
                DatabaseName=database,
                TableName=name,
            )
        return parse.parse_table(reply, catalog, database)

    def partition_values(
        self, catalog: str, database: str, table: str, column: str
    ) -> tuple[str, ...]:
        """Return a partition column's values known to Glue, the greatest first.

        At most 10,000 partitions are looked at. There are none for a catalog other than the
        account's own, for a column that is no partition key, and where the role may not ask.
        """
        if (catalog or DEFAULT_CATALOG).lower() != DEFAULT_CATALOG.lower():
            return ()
        try:
            keys = [key.name for key in self.table(catalog, database, table).partition_columns]
            if column.lower() not in keys:
                return ()
            place = keys.index(column.lower())
            values = {found[place] for found in self._partitions(database, table)}
        except (CommandError, ServiceError) as error:
            if isinstance(error, ServiceError) and error.transient:
                raise
            return ()
        values.discard(_NO_VALUE)
        return tuple(sorted(values, key=_by_size, reverse=True))

    def _partitions(self, database: str, table: str) -> Iterator[Sequence[str]]:
        token: str | None = None
        for _ in range(_MOST_PARTITIONS // _PARTITION_PAGE):
            self._still_wanted()
            reply = self._partition_page(database, table, token)
            for value in reply["Partitions"]:
                yield parse.require(value, "Values", "GetPartitions")
            token = reply.get("NextToken")
            if not token:
                return

    def _partition_page(self, database: str, table: str, token: str | None) -> parse.Reply:
        more = {} if token is None else {"NextToken": token}

        def attempt() -> parse.Reply:
            reply: parse.Reply = self._caller.call(
                "glue",
                "get_partitions",
                DatabaseName=database,
                TableName=table,
                ExcludeColumnSchema=True,
                MaxResults=_PARTITION_PAGE,
                **more,
            )
            if "Partitions" not in reply:
                raise parse.incomplete("GetPartitions", "Partitions")
            return reply

        return self._patience.repeat(attempt)

    def workgroups(self) -> Sequence[str]:
        """Return the workgroups' names."""
        return sorted(
            str(parse.require(value, "Name", "ListWorkGroups"))
            for value in self._pages("list_work_groups", "WorkGroups")
        )

    def workgroup(self, name: str) -> Workgroup:
        """Return one workgroup's rules; raises CommandError when it does not exist."""
        absent = f"There is no workgroup {name}."
        with _users_mistake(lambda _: CommandError(absent, r"\workgroups lists what there is.")):
            return self._patience.repeat(
                lambda: parse.parse_workgroup(
                    self._caller.call("athena", "get_work_group", WorkGroup=name)
                )
            )

    def _pages(self, method: str, member: str, **parameters: Any) -> Iterator[parse.Reply]:
        token: str | None = None
        seen: set[str] = set()
        while True:
            more = {} if token is None else {"NextToken": token}
            reply = self._list(method, member, {**parameters, **more, "MaxResults": _PAGE})
            yield from reply.get(member) or ()
            token = reply.get("NextToken")
            if token is None:
                return
            if token in seen:
                raise ServiceError(
                    f"{method} handed out a page token for the second time.", code="RepeatedToken"
                )
            seen.add(token)

    def _list(self, method: str, member: str, parameters: Mapping[str, Any]) -> parse.Reply:
        def attempt() -> parse.Reply:
            self._still_wanted()
            reply: parse.Reply = self._caller.call("athena", method, **parameters)
            if member not in reply:
                raise parse.incomplete(method, member)
            return reply

        return self._patience.repeat(attempt)

    def _one(self, method: str, member: str, /, **parameters: Any) -> parse.Reply:
        def attempt() -> parse.Reply:
            reply = self._caller.call("athena", method, **parameters)
            value: parse.Reply = parse.require(reply, member, method)
            return value

        return self._patience.repeat(attempt)


def _by_size(value: str) -> tuple[int, str]:
    """Order numbers by what they count, all else by its text."""
    return (int(value), "") if value.isdecimal() else (0, value)


@contextmanager
def _users_mistake(absent: Callable[[str], CommandError]) -> Iterator[None]:
    """Make it the user's own mistake when the service says that a name does not exist.

    Args:
        absent: makes the error of what the service said, in lower case.
    """
    try:
        yield
    except (QueryFailed, ServiceError) as error:
        text = f"{error.code} {error.message}".lower()
        if not any(sign in text for sign in _MISSING):
            raise
        mistake = absent(text)
        mistake.code = error.code
        raise mistake from error


def _told_missing(
    catalog: str, database: str = "", table: str = ""
) -> AbstractContextManager[None]:
    """Name the part of ``catalog.database.table`` that does not exist."""

    def absent(text: str) -> CommandError:
        if not database or f"catalog {catalog.lower()} " in text:
            return CommandError(
                f"There is no catalog {catalog}.", r"\catalogs lists what there is."
            )
        if not table or f"database {database.lower()}" in text:
            return CommandError(
                f"There is no database {database} in catalog {catalog}.",
                r"\databases lists what there is.",
            )
        return CommandError(
            f"There is no table {table} in database {database}.", r"\tables lists what there is."
        )

    return _users_mistake(absent)
