"""Athena's operations on catalogs, databases and tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from athena_shell.local.catalog import CATALOG_NAME, ColumnEntry, DatabaseEntry, TableEntry
from athena_shell.local.ddl_text import storage_classes
from athena_shell.local.defaults import ACCOUNT
from athena_shell.local.errors import EngineError
from athena_shell.local.executions import invalid
from athena_shell.local.paging import page
from athena_shell.local.query_work import SqlEngine
from athena_shell.local.wire import ApiError

Structure = dict[str, Any]
Operation = Callable[[Structure], Structure]

_PAGE: Final = 50


class CatalogOperations:
    """The operations on metadata; all of them are free and start no query.

    Args:
        engine: knows the catalog.
    """

    def __init__(self, engine: SqlEngine) -> None:
        self._engine = engine

    def operations(self) -> dict[str, Operation]:
        """Return the operations by their API names."""
        return {
            "ListDataCatalogs": self._list_catalogs,
            "GetDataCatalog": self._get_catalog,
            "ListDatabases": self._list_databases,
            "GetDatabase": self._get_database,
            "ListTableMetadata": self._list_tables,
            "GetTableMetadata": self._get_table,
        }

    def _list_catalogs(self, asked: Structure) -> Structure:
        summary = {"CatalogName": CATALOG_NAME, "Type": "GLUE", "Status": "CREATE_COMPLETE"}
        return _listed([summary], "DataCatalogsSummary", "ListDataCatalogs", asked)

    def _get_catalog(self, asked: Structure) -> Structure:
        _check_catalog(asked["Name"])
        return {
            "DataCatalog": {
                "Name": CATALOG_NAME,
                "Type": "GLUE",
                "Description": "The lake of the embedded endpoint",
                "Parameters": {"catalog-id": ACCOUNT},
                "Status": "CREATE_COMPLETE",
            }
        }

    def _list_databases(self, asked: Structure) -> Structure:
        _check_catalog(asked["CatalogName"])
        databases = [_database(entry) for entry in self._engine.databases()]
        return _listed(databases, "DatabaseList", "ListDatabases", asked)

    def _get_database(self, asked: Structure) -> Structure:
        _check_catalog(asked["CatalogName"])
        name = asked["DatabaseName"].lower()
        for entry in self._engine.databases():
            if entry.name == name:
                return {"Database": _database(entry)}
        raise _missing(f"Database {asked['DatabaseName']} not found.")

    def _list_tables(self, asked: Structure) -> Structure:
        _check_catalog(asked["CatalogName"])
        name = asked["DatabaseName"].lower()
        try:
            entries = self._engine.tables(name)
        except EngineError as error:
            raise _missing(f"Database {asked['DatabaseName']} not found.") from error
        wanted = _expression(asked.get("Expression", ""))
        tables = [_table(entry) for entry in entries if wanted.fullmatch(entry.name)]
        scope = f"ListTableMetadata/{name}/{asked.get('Expression', '')}"
        return _listed(tables, "TableMetadataList", scope, asked)

    def _get_table(self, asked: Structure) -> Structure:
        self._get_database(asked)
        try:
            entry = self._engine.table(asked["DatabaseName"].lower(), asked["TableName"].lower())
        except EngineError as error:
            raise _missing(f"Table {asked['TableName']} not found.") from error
        return {"TableMetadata": _table(entry)}


def _expression(text: str) -> re.Pattern[str]:
    """Compile a filter on table names: a regular expression in which ``*`` alone means any."""
    try:
        return re.compile(text.replace("*", ".*") if text else ".*", re.IGNORECASE)
    except re.error:
        raise invalid(f"Expression is not valid: {text}") from None


def _check_catalog(name: str) -> None:
    if name.lower() != CATALOG_NAME.lower():
        raise invalid(f"Data catalog {name} was not found")


def _missing(message: str) -> ApiError:
    return ApiError("MetadataException", f"EntityNotFoundException: {message}")


def _listed(items: list[Structure], member: str, scope: str, asked: Structure) -> Structure:
    some, token = page(items, scope, asked.get("NextToken"), asked.get("MaxResults", _PAGE))
    return {member: some, **({"NextToken": token} if token is not None else {})}


def _database(entry: DatabaseEntry) -> Structure:
    described: Structure = {"Name": entry.name, "Parameters": dict(entry.properties)}
    if entry.description:
        described["Description"] = entry.description
    return described


def _table(entry: TableEntry) -> Structure:
    described: Structure = {
        "Name": entry.name,
        "TableType": entry.kind,
        "Columns": [_column(column) for column in entry.columns],
        "PartitionKeys": [_column(column) for column in entry.partition_keys],
        "Parameters": {
            **_storage(entry),
            **({"location": entry.location} if entry.location else {}),
            **({"comment": entry.comment} if entry.comment else {}),
            **entry.properties,
        },
    }
    if entry.created.timestamp():
        described["CreateTime"] = entry.created
    return described


def _storage(entry: TableEntry) -> dict[str, str]:
    names = ("serde.serialization.lib", "inputformat", "outputformat")
    return {
        name: value
        for name, value in zip(names, storage_classes(entry), strict=True)
        if value and entry.kind == "EXTERNAL_TABLE"
    }


def _column(column: ColumnEntry) -> Structure:
    described = {"Name": column.name, "Type": column.type}
    if column.comment:
        described["Comment"] = column.comment
    return described
