"""The directory that stands for S3: ``<root>/<bucket>/<key>``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from athena_shell.local.errors import EngineError

SCHEME: Final = "s3://"
DATA_BUCKET: Final = "athena-local-data"
RESULT_BUCKET: Final = "athena-local-results"


class Lake:
    """Buckets as directories, objects as files."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        for bucket in (DATA_BUCKET, RESULT_BUCKET):
            (self.root / bucket).mkdir(parents=True, exist_ok=True)

    def path_of(self, address: str) -> Path:
        """Return the file or directory behind an ``s3://bucket/key`` address.

        Raises:
            EngineError: the address is no S3 address or leads out of its bucket.
        """
        if not address.startswith(SCHEME):
            raise EngineError(
                "INVALID_TABLE_PROPERTY",
                f"Not an S3 address: {address}; a location is s3://bucket/folder/, and "
                "--local=DIR makes tables of the files in a directory of this machine",
            )
        bucket, _, key = address.removeprefix(SCHEME).partition("/")
        parts = [part for part in key.split("/") if part]
        if not bucket or bucket.startswith(".") or ".." in parts or "\0" in address:
            raise EngineError("INVALID_TABLE_PROPERTY", f"Not an S3 address: {address}")
        return self.root.joinpath(bucket, *parts)

    def address_of(self, path: Path) -> str:
        """Return the ``s3://`` address of a file or directory of the lake."""
        return SCHEME + path.relative_to(self.root).as_posix()
