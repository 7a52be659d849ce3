"""Multipart uploads of the local S3."""

from __future__ import annotations

import hashlib
import re
import threading
from html import escape
from typing import Final
from uuid import uuid4

from athena_shell.local.objects import ObjectStore
from athena_shell.local.signature import decoded_body
from athena_shell.local.wire import ApiError, Reply, Request

_XML: Final = {"content-type": "application/xml"}
_NUMBER: Final = re.compile(r"[0-9]{1,5}")
_PART_NUMBER: Final = re.compile(rb"<PartNumber>\s*([0-9]{1,5})\s*</PartNumber>")


class Uploads:
    """The uploads under way, kept in memory; safe for several threads.

    Args:
        store: where finished uploads become objects.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._parts: dict[tuple[str, str, str], dict[int, bytes]] = {}

    def begin(self, _request: Request, bucket: str, key: str) -> Reply:
        """Open an upload."""
        self._store.check_bucket(bucket)
        identifier = uuid4().hex
        with self._lock:
            self._parts[bucket, key, identifier] = {}
        return _document(
            "InitiateMultipartUploadResult",
            f"<Bucket>{escape(bucket)}</Bucket><Key>{escape(key)}</Key>"
            f"<UploadId>{identifier}</UploadId>",
        )

    def add(self, request: Request, bucket: str, key: str) -> Reply:
        """Take a part."""
        body = decoded_body(request)
        number = request.query.get("partNumber", "")
        if not _NUMBER.fullmatch(number):
            raise ApiError("InvalidArgument", "Part number must be an integer")
        with self._lock:
            self._of(request, bucket, key)[int(number)] = body
        return Reply(200, {"etag": f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'})

    def finish(self, request: Request, bucket: str, key: str) -> Reply:
        """Make the parts one object."""
        numbers = [int(number) for number in _PART_NUMBER.findall(request.body)]
        with self._lock:
            parts = self._of(request, bucket, key)
            if not numbers or any(number not in parts for number in numbers):
                raise ApiError("InvalidPart", "One or more of the specified parts are missing.")
            body = b"".join(parts[number] for number in numbers)
        stored = self._store.put(bucket, key, body)
        self.drop(request, bucket, key)
        return _document(
            "CompleteMultipartUploadResult",
            f"<Bucket>{escape(bucket)}</Bucket><Key>{escape(key)}</Key>"
            f"<ETag>{escape(stored.etag)}</ETag>",
        )

    def drop(self, request: Request, bucket: str, key: str) -> Reply:
        """Forget an upload."""
        with self._lock:
            self._of(request, bucket, key)
            del self._parts[bucket, key, request.query.get("uploadId", "")]
        return Reply(204)

    def _of(self, request: Request, bucket: str, key: str) -> dict[int, bytes]:
        found = self._parts.get((bucket, key, request.query.get("uploadId", "")))
        if found is None:
            raise ApiError("NoSuchUpload", "The specified upload does not exist.", 404)
        return found


def _document(name: str, content: str) -> Reply:
    text = f'<?xml version="1.0" encoding="UTF-8"?><{name}>{content}</{name}>'
    return Reply(200, _XML, text.encode())
