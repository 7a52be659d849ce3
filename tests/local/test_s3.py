"""The local S3, through boto3 in the same process."""

from __future__ import annotations

import os
from typing import Any

import pytest
from botocore.exceptions import ClientError

from athena_shell.local.embedded import LocalEndpoint

BUCKET = "athena-local-data"


@pytest.fixture
def s3(client: Any) -> Any:
    return client("s3")


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_an_object_comes_back_as_it_was_put(s3: Any, local: LocalEndpoint) -> None:
    content = os.urandom(300_000)
    put = s3.put_object(Bucket=BUCKET, Key="a/ü b+c/d.bin", Body=content)
    got = s3.get_object(Bucket=BUCKET, Key="a/ü b+c/d.bin")
    assert got["Body"].read() == content
    assert got["ETag"] == put["ETag"]
    assert (got["ContentLength"], got["AcceptRanges"]) == (300_000, "bytes")
    path = local.endpoint.store._root / BUCKET / "a" / "ü b+c" / "d.bin"
    assert path.read_bytes() == content
    assert s3.head_object(Bucket=BUCKET, Key="a/ü b+c/d.bin")["ContentLength"] == 300_000


@pytest.mark.parametrize(
    ("asked", "content", "place"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-", b"456789", "bytes 4-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
    ],
)
def test_a_range_is_a_part(s3: Any, asked: str, content: bytes, place: str) -> None:
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"0123456789")
    got = s3.get_object(Bucket=BUCKET, Key="k", Range=asked)
    assert (got["Body"].read(), got["ContentRange"]) == (content, place)
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206


def test_a_range_beyond_the_end_is_refused(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"0123456789")
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=BUCKET, Key="k", Range="bytes=10-")
    assert refusal(error) == ("InvalidRange", 416)


def test_if_match_guards_against_a_replaced_object(s3: Any, local: LocalEndpoint) -> None:
    tag = s3.put_object(Bucket=BUCKET, Key="k", Body=b"one")["ETag"]
    assert s3.get_object(Bucket=BUCKET, Key="k", IfMatch=tag)["Body"].read() == b"one"
    local.endpoint.store.change_etag(BUCKET, "k")
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=BUCKET, Key="k", IfMatch=tag)
    assert refusal(error) == ("PreconditionFailed", 412)
    with pytest.raises(ClientError) as error:
        s3.head_object(Bucket=BUCKET, Key="k", IfMatch=tag)
    assert refusal(error) == ("412", 412)
    new = s3.head_object(Bucket=BUCKET, Key="k")["ETag"]
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=BUCKET, Key="k", IfNoneMatch=new)
    assert refusal(error) == ("304", 304)


def test_listing_pages_and_folds(s3: Any) -> None:
    keys = [f"top/{n:03}/x" for n in range(25)] + ["top/a", "other <&>"]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    pages = list(
        s3.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, PaginationConfig={"PageSize": 10}
        )
    )
    assert [o["Key"] for page in pages for o in page["Contents"]] == sorted(keys)
    folded = s3.list_objects_v2(Bucket=BUCKET, Prefix="top/", Delimiter="/")
    assert [o["Key"] for o in folded["Contents"]] == ["top/a"]
    assert [p["Prefix"] for p in folded["CommonPrefixes"]] == [f"top/{n:03}/" for n in range(25)]
    old = s3.list_objects(Bucket=BUCKET, Prefix="top/", Delimiter="/", MaxKeys=3)
    assert (len(old["CommonPrefixes"]), old["IsTruncated"]) == (3, True)


def test_a_multipart_upload_becomes_one_object(s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="big")["UploadId"]
    parts = []
    for number, body in ((1, b"a" * 10), (2, b"b" * 10)):
        sent = s3.upload_part(
            Bucket=BUCKET, Key="big", UploadId=upload, PartNumber=number, Body=body
        )
        parts.append({"PartNumber": number, "ETag": sent["ETag"]})
    s3.complete_multipart_upload(
        Bucket=BUCKET, Key="big", UploadId=upload, MultipartUpload={"Parts": parts}
    )
    assert s3.get_object(Bucket=BUCKET, Key="big")["Body"].read() == b"a" * 10 + b"b" * 10
    with pytest.raises(ClientError) as error:
        s3.abort_multipart_upload(Bucket=BUCKET, Key="big", UploadId=upload)
    assert refusal(error) == ("NoSuchUpload", 404)


def test_copying_and_removing(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="from/a b", Body=b"x")
    s3.copy_object(Bucket=BUCKET, Key="to", CopySource={"Bucket": BUCKET, "Key": "from/a b"})
    assert s3.get_object(Bucket=BUCKET, Key="to")["Body"].read() == b"x"
    s3.delete_object(Bucket=BUCKET, Key="from/a b")
    gone = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "to"}, {"Key": "no & no"}]})
    assert [one["Key"] for one in gone["Deleted"]] == ["to", "no & no"]
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)


def test_buckets_come_and_go(s3: Any) -> None:
    s3.create_bucket(Bucket="mine-too")
    assert "mine-too" in [one["Name"] for one in s3.list_buckets()["Buckets"]]
    s3.head_bucket(Bucket="mine-too")
    assert s3.get_bucket_location(Bucket="mine-too")["LocationConstraint"] is None
    s3.put_object(Bucket="mine-too", Key="k", Body=b"")
    with pytest.raises(ClientError) as error:
        s3.delete_bucket(Bucket="mine-too")
    assert refusal(error) == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket="mine-too", Key="k")
    s3.delete_bucket(Bucket="mine-too")
    with pytest.raises(ClientError) as error:
        s3.head_bucket(Bucket="mine-too")
    assert refusal(error) == ("404", 404)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda s3: s3.get_object(Bucket=BUCKET, Key="absent"), "NoSuchKey"),
        (lambda s3: s3.get_object(Bucket="absent-bucket", Key="k"), "NoSuchBucket"),
        (lambda s3: s3.put_object(Bucket=BUCKET, Key="../escape", Body=b""), "InvalidArgument"),
        (lambda s3: s3.get_object(Bucket=BUCKET, Key="a//b"), "InvalidArgument"),
        (lambda s3: s3.get_object(Bucket=BUCKET, Key="a/./b"), "InvalidArgument"),
        (
            lambda s3: s3.get_object(Bucket=BUCKET, Key="k", ExpectedBucketOwner="1" * 12),
            "AccessDenied",
        ),
        (lambda s3: s3.get_bucket_acl(Bucket=BUCKET), "NotImplemented"),
    ],
)
def test_what_is_not_there_is_refused(s3: Any, call: Any, code: str) -> None:
    with pytest.raises(ClientError) as error:
        call(s3)
    assert refusal(error)[0] == code


def test_a_key_below_an_object_is_refused(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"")
    with pytest.raises(ClientError, match="keeps objects as files") as error:
        s3.put_object(Bucket=BUCKET, Key="a/b", Body=b"")
    assert refusal(error) == ("InvalidArgument", 400)
