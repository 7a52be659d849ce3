"""The part of S3's REST interface that Athena's clients use."""

from __future__ import annotations

import re
from email.utils import format_datetime
from html import escape, unescape
from typing import Any, Final
from urllib.parse import quote, unquote

from athena_shell.local.defaults import ACCOUNT
from athena_shell.local.objects import ObjectStore, StoredObject
from athena_shell.local.signature import decoded_body
from athena_shell.local.uploads import Uploads
from athena_shell.local.wire import ApiError, FileSlice, Reply, Request

_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_HOST: Final = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]*)\.)?s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?"
)
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_COUNT: Final = re.compile(r"[0-9]{1,9}")
_LARGEST_PAGE: Final = 1000
_XML: Final = {"content-type": "application/xml"}
_ELEMENT: Final = re.compile(r"<Key>(.*?)</Key>", re.DOTALL)


class ObjectOperations:
    """S3's operations on buckets and objects.

    Args:
        store: the objects.
        region: where the buckets say they are.
    """

    def __init__(self, store: ObjectStore, region: str) -> None:
        self._store = store
        self._region = region
        self._uploads = Uploads(store)

    def operation(self, request: Request) -> str:
        """Return the API name of what the request asks for."""
        bucket, key = address(request)
        query = request.query
        if not bucket:
            return "ListBuckets"
        if not key:
            return _bucket_operation(request.method, query)
        return _object_operation(request.method, query)

    def perform(self, operation: str, request: Request) -> Reply:
        """Do it; raises ApiError."""
        bucket, key = address(request)
        owner = request.headers.get("x-amz-expected-bucket-owner", ACCOUNT)
        if owner != ACCOUNT:
            raise ApiError("AccessDenied", "Access Denied", 403)
        steps = {
            "ListBuckets": self._list_buckets,
            "CreateBucket": self._create_bucket,
            "DeleteBucket": self._delete_bucket,
            "HeadBucket": self._head_bucket,
            "GetBucketLocation": self._location,
            "ListObjects": self._list,
            "ListObjectsV2": self._list,
            "DeleteObjects": self._delete_many,
            "GetObject": self._get,
            "HeadObject": self._head,
            "PutObject": self._put,
            "DeleteObject": self._delete,
            "CreateMultipartUpload": self._uploads.begin,
            "UploadPart": self._uploads.add,
            "CompleteMultipartUpload": self._uploads.finish,
            "AbortMultipartUpload": self._uploads.drop,
        }
        if operation not in steps:
            raise ApiError(
                "NotImplemented",
                "The local endpoint does not offer this S3 operation",
                501,
            )
        return steps[operation](request, bucket, key)

    def _list_buckets(self, _request: Request, _bucket: str, _key: str) -> Reply:
        names = "".join(
            f"<Bucket><Name>{escape(name)}</Name>"
            "<CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket>"
            for name in self._store.buckets()
        )
        return document("ListAllMyBucketsResult", f"<Buckets>{names}</Buckets>")

    def _create_bucket(self, _request: Request, bucket: str, _key: str) -> Reply:
        self._store.add_bucket(bucket)
        return Reply(200, {"location": f"/{bucket}"})

    def _delete_bucket(self, _request: Request, bucket: str, _key: str) -> Reply:
        self._store.remove_bucket(bucket)
        return Reply(204)

    def _head_bucket(self, _request: Request, bucket: str, _key: str) -> Reply:
        self._store.check_bucket(bucket)
        return Reply(200, {"x-amz-bucket-region": self._region})

    def _location(self, _request: Request, bucket: str, _key: str) -> Reply:
        self._store.check_bucket(bucket)
        region = "" if self._region == "us-east-1" else self._region
        return document("LocationConstraint", region)

    def _list(self, request: Request, bucket: str, _key: str) -> Reply:
        return _listing(self._store, bucket, request.query)

    def _delete_many(self, request: Request, bucket: str, _key: str) -> Reply:
        self._store.check_bucket(bucket)
        keys = [
            unescape(key)
            for key in _ELEMENT.findall(decoded_body(request).decode("utf-8", "replace"))
        ]
        for key in keys:
            self._store.remove(bucket, key)
        return document(
            "DeleteResult",
            "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys),
        )

    def _get(self, request: Request, bucket: str, key: str) -> Reply:
        found = self._store.get(bucket, key)
        status, headers, start, length = _selection(request, found)
        if not length:
            return Reply(status, headers)
        try:
            return Reply(status, headers, FileSlice(found.path, start, length))
        except FileNotFoundError as error:
            raise ApiError("NoSuchKey", "The specified key does not exist.", 404) from error

    def _head(self, request: Request, bucket: str, key: str) -> Reply:
        status, headers, _, length = _selection(request, self._store.get(bucket, key))
        return Reply(status, {**headers, "content-length": str(length)})

    def _put(self, request: Request, bucket: str, key: str) -> Reply:
        source = request.headers.get("x-amz-copy-source", "")
        if not source:
            stored = self._store.put(bucket, key, decoded_body(request))
            return Reply(200, {"etag": stored.etag})
        from_bucket, _, from_key = unquote(source.lstrip("/")).partition("/")
        origin = self._store.get(from_bucket, from_key.partition("?")[0])
        stored = self._store.put(bucket, key, origin.path.read_bytes())
        return document(
            "CopyObjectResult",
            f"<ETag>{escape(stored.etag)}</ETag>"
            f"<LastModified>{stored.modified:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>",
        )

    def _delete(self, _request: Request, bucket: str, key: str) -> Reply:
        self._store.remove(bucket, key)
        return Reply(204)


def address(request: Request) -> tuple[str, str]:
    """Return bucket and key, from the host's name or from the path."""
    match = _HOST.fullmatch(request.host)
    path = request.key_path.removeprefix("/")
    if match is not None and match["bucket"]:
        return match["bucket"], path
    bucket, _, key = path.partition("/")
    return bucket, key


def _bucket_operation(method: str, query: dict[str, str]) -> str:
    if method == "GET":
        if "location" in query:
            return "GetBucketLocation"
        known = {"list-type", "prefix", "delimiter", "marker", "max-keys", "encoding-type"}
        if query.keys() - known - {"continuation-token", "start-after", "fetch-owner"}:
            return "GetBucketConfiguration"
        return "ListObjectsV2" if "list-type" in query else "ListObjects"
    if method == "POST" and "delete" in query:
        return "DeleteObjects"
    plain = {"HEAD": "HeadBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
    return plain.get(method, "UnknownOperation")


def _object_operation(method: str, query: dict[str, str]) -> str:
    if method == "POST":
        return "CreateMultipartUpload" if "uploads" in query else "CompleteMultipartUpload"
    if "uploadId" in query:
        return {"PUT": "UploadPart", "DELETE": "AbortMultipartUpload"}.get(method, "ListParts")
    plain = {"GET": "GetObject", "HEAD": "HeadObject"}
    plain |= {"PUT": "PutObject", "DELETE": "DeleteObject"}
    return plain.get(method, "UnknownOperation")


def _selection(request: Request, found: StoredObject) -> tuple[int, dict[str, str], int, int]:
    """Return status, headers, first byte and length of what a GET or HEAD may have."""
    wanted = request.headers.get("if-match")
    if wanted is not None and wanted.strip('"') not in {"*", found.etag.strip('"')}:
        raise ApiError(
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
            412,
            {"Condition": "If-Match"},
        )
    if request.headers.get("if-none-match", "").strip('"') == found.etag.strip('"'):
        raise ApiError("NotModified", "Not Modified", 304)
    headers = {
        "etag": found.etag,
        "last-modified": format_datetime(found.modified, usegmt=True),
        "accept-ranges": "bytes",
        "content-type": "binary/octet-stream",
    }
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if match is None or match[0] == "bytes=-":
        return 200, headers, 0, found.size
    if match[1]:
        start = int(match[1])
        end = min(int(match[2]) if match[2] else found.size - 1, found.size - 1)
    else:
        start, end = max(found.size - int(match[2]), 0), found.size - 1
    if start >= found.size or start > end:
        raise ApiError(
            "InvalidRange",
            "The requested range is not satisfiable",
            416,
            {"ActualObjectSize": str(found.size)},
        )
    headers["content-range"] = f"bytes {start}-{end}/{found.size}"
    return 206, headers, start, end - start + 1


def _listing(store: ObjectStore, bucket: str, query: dict[str, str]) -> Reply:
    """Return one page of a listing, with keys folded at the delimiter."""
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    asked = query.get("max-keys") or str(_LARGEST_PAGE)
    if not _COUNT.fullmatch(asked):
        raise ApiError("InvalidArgument", "Provided max-keys not an integer or within range")
    size = min(int(asked), _LARGEST_PAGE)
    after = query.get("continuation-token") or query.get("start-after") or query.get("marker", "")
    shown: dict[str, bool] = {}
    for key in store.keys(bucket, prefix):
        cut = key.find(delimiter, len(prefix)) if delimiter else -1
        shown.setdefault(key if cut < 0 else key[: cut + len(delimiter)], cut >= 0)
    rest = [name for name in shown if name.encode() > after.encode()]
    page, truncated = rest[:size], len(rest) > size
    url = query.get("encoding-type") == "url"
    parts = [f"<Name>{escape(bucket)}</Name><Prefix>{_coded(prefix, url=url)}</Prefix>"]
    parts.append(f"<MaxKeys>{size}</MaxKeys><IsTruncated>{str(truncated).lower()}</IsTruncated>")
    if url:
        parts.append("<EncodingType>url</EncodingType>")
    if delimiter:
        parts.append(f"<Delimiter>{_coded(delimiter, url=url)}</Delimiter>")
    if "list-type" in query:
        parts.append(f"<KeyCount>{len(page)}</KeyCount>")
        if truncated:
            parts.append(f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>")
    elif truncated:
        parts.append(f"<NextMarker>{_coded(page[-1], url=url)}</NextMarker>")
    parts.extend(_entry(store, bucket, name, folded=shown[name], url=url) for name in page)
    return document("ListBucketResult", "".join(parts))


def _entry(store: ObjectStore, bucket: str, name: str, *, folded: bool, url: bool) -> str:
    if folded:
        return f"<CommonPrefixes><Prefix>{_coded(name, url=url)}</Prefix></CommonPrefixes>"
    found = store.get(bucket, name)
    return (
        f"<Contents><Key>{_coded(name, url=url)}</Key>"
        f"<LastModified>{found.modified:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
        f"<ETag>{escape(found.etag)}</ETag><Size>{found.size}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
    )


def _coded(text: str, *, url: bool) -> str:
    return quote(text, safe="/") if url else escape(text)


def document(name: str, content: str) -> Reply:
    """Return an XML reply."""
    text = f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{_NAMESPACE}">{content}</{name}>'
    return Reply(200, _XML, text.encode())


def error_document(error: ApiError, request_id: str) -> bytes:
    """Return the XML of a refusal."""
    fields: dict[str, Any] = {
        "Code": error.code,
        "Message": error.message,
        **error.fields,
        "RequestId": request_id,
    }
    content = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><Error>{content}</Error>'.encode()
