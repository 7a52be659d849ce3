"""The reading part of Glue's catalog, for clients that ask Glue instead of Athena."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from athena_shell.local.catalog import ColumnEntry, DatabaseEntry, PartitionEntry, TableEntry
from athena_shell.local.defaults import ACCOUNT
from athena_shell.local.errors import EngineError
from athena_shell.local.paging import page
from athena_shell.local.query_work import SqlEngine
from athena_shell.local.wire import ApiError

Structure = dict[str, Any]
Operation = Callable[[Structure], Structure]

_PAGE: Final = 100


class GlueOperations:
    """Glue's operations on databases, tables and partitions.

    Args:
        engine: knows the catalog.
    """

    def __init__(self, engine: SqlEngine) -> None:
        self._engine = engine

    def operations(self) -> dict[str, Operation]:
        """Return the operations by their API names."""
        return {
            "GetDatabase": self._get_database,
            "GetDatabases": self._get_databases,
            "GetTable": self._get_table,
            "GetTables": self._get_tables,
            "GetPartition": self._get_partition,
            "GetPartitions": self._get_partitions,
        }

    def _get_databases(self, asked: Structure) -> Structure:
        databases = [_database(entry) for entry in self._engine.databases()]
        return _listed(databases, "DatabaseList", "GetDatabases", asked)

    def _get_database(self, asked: Structure) -> Structure:
        for entry in self._engine.databases():
            if entry.name == asked["Name"].lower():
                return {"Database": _database(entry)}
        raise _missing(f"Database {asked['Name']} not found.")

    def _get_tables(self, asked: Structure) -> Structure:
        name = asked["DatabaseName"].lower()
        try:
            entries = self._engine.tables(name)
        except EngineError as error:
            raise _missing(f"Database {asked['DatabaseName']} not found.") from error
        try:
            wanted = re.compile(asked.get("Expression") or ".*", re.IGNORECASE)
        except re.error:
            raise ApiError("InvalidInputException", "Expression is not valid") from None
        tables = [_table(entry) for entry in entries if wanted.fullmatch(entry.name)]
        scope = f"GetTables/{name}/{asked.get('Expression', '')}"
        return _listed(tables, "TableList", scope, asked)

    def _get_table(self, asked: Structure) -> Structure:
        return {"Table": _table(self._table(asked["DatabaseName"], asked["Name"]))}

    def _get_partitions(self, asked: Structure) -> Structure:
        entry = self._table(asked["DatabaseName"], asked["TableName"])
        if asked.get("Expression"):
            raise ApiError(
                "InvalidInputException",
                "The local endpoint lists partitions without an Expression only",
            )
        partitions = [_partition(entry, partition) for partition in entry.partitions]
        scope = f"GetPartitions/{entry.database}/{entry.name}"
        return _listed(partitions, "Partitions", scope, asked)

    def _get_partition(self, asked: Structure) -> Structure:
        entry = self._table(asked["DatabaseName"], asked["TableName"])
        for partition in entry.partitions:
            if partition.values == tuple(asked["PartitionValues"]):
                return {"Partition": _partition(entry, partition)}
        raise _missing("Cannot find partition.")

    def _table(self, database: str, name: str) -> TableEntry:
        try:
            return self._engine.table(database.lower(), name.lower())
        except EngineError as error:
            raise _missing(f"Table {name} not found.") from error


def _missing(message: str) -> ApiError:
    return ApiError("EntityNotFoundException", message)


def _listed(items: list[Structure], member: str, scope: str, asked: Structure) -> Structure:
    some, token = page(items, scope, asked.get("NextToken"), asked.get("MaxResults", _PAGE))
    return {member: some, **({"NextToken": token} if token is not None else {})}


def _database(entry: DatabaseEntry) -> Structure:
    described: Structure = {
        "Name": entry.name,
        "Parameters": dict(entry.properties),
        "CatalogId": ACCOUNT,
    }
    if entry.description:
        described["Description"] = entry.description
    if entry.location:
        described["LocationUri"] = entry.location
    return described


def _table(entry: TableEntry) -> Structure:
    described: Structure = {
        "Name": entry.name,
        "DatabaseName": entry.database,
        "TableType": entry.kind,
        "StorageDescriptor": _storage(entry, entry.location),
        "PartitionKeys": [_column(column) for column in entry.partition_keys],
        "Parameters": dict(entry.properties),
        "CatalogId": ACCOUNT,
        "CreateTime": entry.created,
    }
    if entry.comment:
        described["Description"] = entry.comment
    if entry.text:
        described["ViewOriginalText"] = entry.text
    return described


def _partition(entry: TableEntry, partition: PartitionEntry) -> Structure:
    return {
        "Values": list(partition.values),
        "DatabaseName": entry.database,
        "TableName": entry.name,
        "StorageDescriptor": _storage(entry, partition.location),
        "CatalogId": ACCOUNT,
    }


def _storage(entry: TableEntry, location: str) -> Structure:
    storage: Structure = {"Columns": [_column(column) for column in entry.columns]}
    if location:
        storage["Location"] = location
    return storage


def _column(column: ColumnEntry) -> Structure:
    described = {"Name": column.name, "Type": column.type}
    if column.comment:
        described["Comment"] = column.comment
    return described
