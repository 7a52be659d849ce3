"""The objects of the local S3: files of the lake, named by bucket and key."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from athena_shell.local.wire import ApiError

_BUCKET_LENGTH: Final = (3, 63)
_PART: Final = ".part"
_LONGEST_KEY: Final = 1024
_LONGEST_NAME: Final = 200
"""Bytes of one part of a key: file systems allow 255, some of which temporary names need."""


@dataclass(frozen=True)
class StoredObject:
    """One object as it is now."""

    key: str
    path: Path
    size: int
    modified: datetime
    etag: str


class ObjectStore:
    """Buckets as directories, objects as files; safe for several threads.

    Args:
        root: holds a directory for each bucket.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._hashes: dict[tuple[Path, int, int, int], str] = {}
        self._changes: dict[Path, int] = {}

    def buckets(self) -> list[str]:
        """Return the buckets' names."""
        return sorted(path.name for path in self._root.iterdir() if path.is_dir())

    def has_bucket(self, bucket: str) -> bool:
        """Whether there is such a bucket."""
        return _is_bucket_name(bucket) and (self._root / bucket).is_dir()

    def check_bucket(self, bucket: str) -> None:
        """Raise ApiError when there is no such bucket."""
        if not self.has_bucket(bucket):
            raise ApiError(
                "NoSuchBucket",
                "The specified bucket does not exist",
                404,
                {"BucketName": bucket},
            )

    def add_bucket(self, bucket: str) -> None:
        """Make a bucket; one that exists stays as it is."""
        if not _is_bucket_name(bucket):
            raise ApiError("InvalidBucketName", "The specified bucket is not valid.")
        (self._root / bucket).mkdir(parents=True, exist_ok=True)

    def remove_bucket(self, bucket: str) -> None:
        """Remove an empty bucket; ApiError when it is not empty."""
        self.check_bucket(bucket)
        if next(self.keys(bucket, ""), None) is not None:
            raise ApiError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409)
        for folder in sorted((self._root / bucket).rglob("*"), reverse=True):
            folder.rmdir()
        (self._root / bucket).rmdir()

    def get(self, bucket: str, key: str) -> StoredObject:
        """Return an object; ApiError when there is none of that key."""
        self.check_bucket(bucket)
        path = self._path(bucket, key)
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            status = None
        if status is None or path.is_dir() != key.endswith("/"):
            raise ApiError("NoSuchKey", "The specified key does not exist.", 404, {"Key": key})
        return StoredObject(
            key,
            path,
            0 if path.is_dir() else status.st_size,
            datetime.fromtimestamp(int(status.st_mtime), UTC),
            self._etag(path),
        )

    def put(self, bucket: str, key: str, body: bytes) -> StoredObject:
        """Store an object whole, or not at all."""
        self.check_bucket(bucket)
        path = self._path(bucket, key)
        try:
            if key.endswith("/"):
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary = path.with_name(f".{uuid4().hex}{_PART}")
                temporary.write_bytes(body)
                temporary.replace(path)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise ApiError(
                "InvalidArgument",
                f"The local endpoint keeps objects as files: {key} is a folder or lies below an "
                "object",
            ) from error
        return self.get(bucket, key)

    def remove(self, bucket: str, key: str) -> None:
        """Remove an object; one that does not exist is no error."""
        self.check_bucket(bucket)
        path = self._path(bucket, key)
        try:
            if key.endswith("/"):
                path.rmdir()
            else:
                path.unlink()
        except OSError:
            return
        top = self._root / bucket
        for folder in path.parents:
            if folder == top or any(folder.iterdir()):
                return
            folder.rmdir()

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        """Yield the keys below ``prefix`` in the order of S3: by their UTF-8 bytes."""
        self.check_bucket(bucket)
        top = self._root / bucket
        found = (
            path.relative_to(top).as_posix()
            for path in top.rglob("*")
            if path.is_file() and not path.name.endswith(_PART)
        )
        yield from sorted((key for key in found if key.startswith(prefix)), key=str.encode)

    def change_etag(self, bucket: str, key: str) -> None:
        """Let the object look replaced to whoever remembers its ETag; its bytes stay."""
        path = self._path(bucket, key)
        with self._lock:
            self._changes[path] = self._changes.get(path, 0) + 1

    def _path(self, bucket: str, key: str) -> Path:
        if len(key.encode()) > _LONGEST_KEY:
            raise ApiError("KeyTooLongError", "Your key is too long")
        parts = key.removesuffix("/").split("/")
        if any(
            part in {"", ".", ".."} or "\0" in part or len(part.encode()) > _LONGEST_NAME
            for part in parts
        ):
            raise ApiError(
                "InvalidArgument", "The local endpoint cannot keep an object of this key"
            )
        return self._root.joinpath(bucket, *parts)

    def _etag(self, path: Path) -> str:
        if path.is_dir():
            return '"' + hashlib.md5(b"", usedforsecurity=False).hexdigest() + '"'
        status = path.stat()
        known = (path, status.st_ino, status.st_mtime_ns, status.st_size)
        with self._lock:
            change = self._changes.get(path, 0)
            digest = self._hashes.get(known)
        if digest is None:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(
                    stream, lambda: hashlib.md5(usedforsecurity=False)
                ).hexdigest()
            with self._lock:
                self._hashes[known] = digest
        return f'"{digest}"' if not change else f'"{digest}-{change}"'


def _is_bucket_name(bucket: str) -> bool:
    shortest, longest = _BUCKET_LENGTH
    return (
        shortest <= len(bucket) <= longest
        and bucket.replace("-", "").replace(".", "").isalnum()
        and bucket.isascii()
        and bucket[0].isalnum()
        and ".." not in bucket
    )
