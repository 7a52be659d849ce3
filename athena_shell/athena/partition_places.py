"""Where the files of a table's partitions lie, which need not be below the table's own folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from athena_shell.athena import parse
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller
    from athena_shell.core.model import Table, TableColumn

_PAGE: Final = 1000
_MOST_PAGES: Final = 20
_MOST_PLACES: Final = 50
_EXACT: Final = ("string", "varchar", "char", "date")


@dataclass(frozen=True)
class Places:
    """Folders in S3 that together hold every partition that is read.

    Args:
        folders: each ends with a slash; none lies in another.
        partitions: how many partitions that is.
    """

    folders: tuple[str, ...]
    partitions: int


def places_of(caller: Caller, table: Table, equal: Mapping[str, str]) -> Places | None:
    """Return where the partitions of a Glue table lie; ``None`` when there are too many places.

    Args:
        caller: makes the calls.
        table: of the account's own catalog.
        equal: partition columns that must have one value; other partitions are not read.

    Raises:
        AthenaShellError: Glue cannot be asked.
    """
    own = folder_of(dict(table.parameters).get("location", ""))
    folders: set[str] = set()
    count = 0
    for page in _pages(caller, table):
        if page is None:
            return None
        for partition in page:
            if _is_read(table.partition_columns, partition, equal):
                count += 1
                storage = partition.get("StorageDescriptor") or {}
                folders.add(folder_of(storage.get("Location") or own))
    if len(folders) > _MOST_PLACES:
        folders = {own if folder.startswith(own) else folder for folder in folders}
    kept = _outermost(folders)
    return None if len(kept) > _MOST_PLACES else Places(kept, count)


def folder_of(location: str) -> str:
    """Return a location as a folder: what only begins alike lies elsewhere."""
    return location.rstrip("/") + "/"


def _outermost(folders: set[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for folder in sorted(folders):
        if not kept or not folder.startswith(kept[-1]):
            kept.append(folder)
    return tuple(kept)


def _is_read(
    columns: tuple[TableColumn, ...], partition: Mapping[str, Any], equal: Mapping[str, str]
) -> bool:
    values = parse.require(partition, "Values", "GetPartitions")
    return not any(
        column.name in equal and _differs(column.type, value, equal[column.name])
        for column, value in zip(columns, values, strict=False)
    )


def _differs(kind: str, value: str, wanted: str) -> bool:
    """Whether two texts are certainly different values; 01 and 1 are one number."""
    if value.isdecimal() and wanted.isdecimal() and not kind.lower().startswith(_EXACT):
        return int(value) != int(wanted)
    return kind.lower().startswith(_EXACT) and value != wanted


def _pages(caller: Caller, table: Table) -> Iterator[list[Any] | None]:
    """Yield the partitions page by page, ``None`` in place of those that are too many."""
    token: str | None = None
    for _ in range(_MOST_PAGES):
        more = {} if token is None else {"NextToken": token}
        reply = caller.call(
            "glue",
            "get_partitions",
            DatabaseName=table.database,
            TableName=table.name,
            ExcludeColumnSchema=True,
            MaxResults=_PAGE,
            **more,
        )
        yield parse.require(reply, "Partitions", "GetPartitions")
        token = reply.get("NextToken")
        if not token:
            return
    yield None
