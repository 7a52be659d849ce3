"""How large the files of a table are, an upper bound on what a query of it scans.

S3 lists the files where the role may; otherwise the catalog's own ``totalSize`` is taken. Both are
free of Athena's charge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from athena_shell.athena.metadata import DEFAULT_CATALOG
from athena_shell.core.counting import counted
from athena_shell.core.errors import AthenaShellError
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller
    from athena_shell.core.model import Table

_MOST_PAGES: Final = 50
_SIZES: Final = ("totalSize", "sizeKey")
_DENIED: Final = "AccessDenied"


@dataclass(frozen=True)
class TableSize:
    """What a query of a table scans at most.

    Args:
        size: bytes; ``None`` when there is no way to tell.
        how: how it was found, or why not.
    """

    size: int | None
    how: str


class TableSizes:
    """Measures tables.

    Args:
        caller: makes the calls.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def measure(self, table: Table, equal: Mapping[str, str] | None = None) -> TableSize:
        """Return an upper bound for a table.

        Args:
            table: from the catalog.
            equal: partition columns that must have one value; leading ones narrow the listing.
        """
        parameters = dict(table.parameters)
        location = parameters.get("location", "")
        if table.is_view:
            return TableSize(None, "it is a view")
        if location.startswith("s3://"):
            try:
                return self._found(table, location, equal or {})
            except AthenaShellError as error:
                reason = error.code or "it cannot be listed"
        else:
            reason = "the catalog tells no place in S3"
        for name in () if table.partition_columns else _SIZES:
            if parameters.get(name, "").isdigit():
                return TableSize(int(parameters[name]), f"{name} of the catalog")
        return TableSize(None, reason)

    def _found(self, table: Table, location: str, equal: Mapping[str, str]) -> TableSize:
        """Measure the files that a query may read; raises AthenaShellError where S3 says no."""
        from athena_shell.athena.partition_places import folder_of, places_of

        parameters = dict(table.parameters)
        if not table.partition_columns:
            return self._listed((location,))
        if parameters.get("projection.enabled", "").lower() == "true":
            template = parameters.get("storage.location.template", location)
            if not template.startswith(folder_of(location).rstrip("/")):
                return TableSize(None, "its partitions are projected to another place")
            return self._projected(location, _folder(table, equal))
        if table.catalog.lower() not in {"", DEFAULT_CATALOG.lower()}:
            return TableSize(None, "the partitions of another catalog cannot be listed")
        places = places_of(self._caller, table, equal)
        if places is None:
            return TableSize(None, "its partitions are too many, or in too many places")
        return self._listed(places.folders, f" of {counted(places.partitions, 'partition')}")

    def _projected(self, location: str, folder: str) -> TableSize:
        from athena_shell.athena.partition_places import folder_of

        found = self._listed((folder_of(location) + folder,), f" below {folder}" if folder else "")
        # No file there: the folders are named otherwise, so the whole table counts.
        return found if found.size or not folder else self._listed((location,))

    def _listed(self, folders: Sequence[str], which: str = "") -> TableSize:
        total = files = pages = 0
        for folder in folders:
            for contents in self._contents(folder):
                pages += 1
                total += sum(entry["Size"] for entry in contents)
                files += len(contents)
                if pages > _MOST_PAGES:
                    return TableSize(None, f"it has more than {files:,} files in S3")
        return TableSize(total, f"{counted(files, 'file')} in S3{which}")

    def _contents(self, folder: str) -> Iterator[Sequence[Mapping[str, Any]]]:
        """Yield a folder's files page by page."""
        bucket, _, prefix = folder.removeprefix("s3://").partition("/")
        asked: dict[str, Any] = {
            "Bucket": bucket,
            "Prefix": prefix.rstrip("/") + "/" if prefix else "",
        }
        while True:
            reply = self._page(asked)
            yield reply.get("Contents") or ()
            token = reply.get("NextContinuationToken")
            if token is None:
                return
            asked["ContinuationToken"] = token

    def _page(self, asked: dict[str, Any]) -> Any:
        try:
            return self._caller.call("s3", "list_objects_v2", **asked)
        except AthenaShellError as error:
            if error.code != _DENIED or "RequestPayer" in asked:
                raise
        # A bucket whose reader pays refuses whoever does not say so; others do not mind.
        asked["RequestPayer"] = "requester"
        return self._caller.call("s3", "list_objects_v2", **asked)


def _folder(table: Table, equal: Mapping[str, str]) -> str:
    """Return ``year=2026/month=01/`` for leading partition columns with one value."""
    folder = ""
    for column in table.partition_columns:
        value = equal.get(column.name)
        if value is None:
            break
        folder += f"{column.name}={quote(value, safe=' -_.')}/"
    return folder
