"""How large the files of a table are, an upper bound on what a query of it scans.

S3 lists the files where the role may; otherwise the catalog's own ``totalSize`` is taken. Both are
free of Athena's charge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from athena_shell.core.errors import AthenaShellError

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller
    from athena_shell.core.model import Table

_MOST_PAGES: Final = 50
_SIZES: Final = ("totalSize", "sizeKey")


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
            folder = _folder(table, equal or {})
            try:
                found = self._listed(location, folder)
                # No file there: the folders are named otherwise, so the whole table counts.
                return found if found.size or not folder else self._listed(location, "")
            except AthenaShellError as error:
                reason = error.code or "it cannot be listed"
        else:
            reason = "the catalog tells no place in S3"
        for name in _SIZES:
            if parameters.get(name, "").isdigit():
                return TableSize(int(parameters[name]), f"{name} of the catalog")
        return TableSize(None, reason)

    def _listed(self, location: str, folder: str) -> TableSize:
        bucket, _, prefix = location.removeprefix("s3://").partition("/")
        prefix = (prefix.rstrip("/") + "/" if prefix else "") + folder
        total = files = 0
        token: str | None = None
        for _ in range(_MOST_PAGES):
            more: dict[str, Any] = {} if token is None else {"ContinuationToken": token}
            reply = self._caller.call("s3", "list_objects_v2", Bucket=bucket, Prefix=prefix, **more)
            contents = reply.get("Contents") or ()
            total += sum(entry["Size"] for entry in contents)
            files += len(contents)
            token = reply.get("NextContinuationToken")
            if token is None:
                below = f" below {folder}" if folder else ""
                return TableSize(total, f"{files:,} files in S3{below}")
        return TableSize(None, f"it has more than {files:,} files in S3")


def _folder(table: Table, equal: Mapping[str, str]) -> str:
    """Return ``year=2026/month=01/`` for leading partition columns with one value."""
    folder = ""
    for column in table.partition_columns:
        value = equal.get(column.name)
        if value is None:
            break
        folder += f"{column.name}={quote(value, safe=' -_.')}/"
    return folder
