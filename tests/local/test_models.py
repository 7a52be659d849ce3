"""Whatever is sent, the endpoint keeps to botocore's models and never fails itself."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from athena_shell.local.constraints import service_model, violations
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.wire import Reply

WORDS = (
    "primary",
    "managed",
    "narrow",
    "AwsDataCatalog",
    "default",
    "shop",
    "orders",
    "many",
    "SELECT odd",
    "SHOW TABLES",
    "PREPARE p FROM SELECT odd",
    "EXECUTE p USING 1",
    "SELEC 1",
    "s3://athena-local-results/x/",
    "s3://athena-local-results/\ud800",
    "k" * 40,
    "t.*",
    "(",
)
JUNK: SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2**40),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
TEXTS: SearchStrategy[Any] = st.one_of(st.sampled_from(WORDS), st.text(max_size=8))
SCALARS: dict[str, SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(1, 20),
    "long": st.integers(1, 20),
    "timestamp": st.integers(1, 20),
    "float": st.floats(0, 10),
    "double": st.floats(0, 10),
}


def valid(shape: Shape) -> SearchStrategy[Any]:
    """Values of the shape's type, often within its limits."""
    if isinstance(shape, StructureShape):
        required = {name: shape.members[name] for name in shape.required_members}
        optional = {name: one for name, one in shape.members.items() if name not in required}
        return st.fixed_dictionaries(
            {name: one_of(member) for name, member in required.items()},
            optional={name: one_of(member) for name, member in optional.items()},
        )
    if isinstance(shape, ListShape):
        return st.lists(one_of(shape.member), min_size=1, max_size=3)
    if isinstance(shape, MapShape):
        return st.dictionaries(st.sampled_from(WORDS), one_of(shape.value), max_size=2)
    if shape.metadata.get("enum"):
        return st.sampled_from(shape.metadata["enum"])
    return SCALARS.get(shape.type_name, TEXTS)


def one_of(shape: Shape) -> SearchStrategy[Any]:
    """Mostly right, sometimes not at all."""
    return st.integers(0, 19).flatmap(lambda dice: JUNK if dice == 0 else valid(shape))


class Rig:
    """An endpoint and a permanent user whose signature is always good."""

    def __init__(self, local: LocalEndpoint) -> None:
        self.endpoint = local.endpoint
        user = local.endpoint.sessions.add_user()
        self.keys = Credentials(user.access_key, user.secret_key)

    def send(
        self, service: str, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> Reply:
        request = AWSRequest(method, f"http://127.0.0.1{path}", dict(headers), body)
        signer = S3SigV4Auth if service == "s3" else SigV4Auth
        signer(self.keys, service, "us-east-1").add_auth(request)
        return self.endpoint.handle(method, request.url, dict(request.headers.items()), body)


@pytest.fixture(scope="module")
def rig(open_fake: Callable[[Path], LocalEndpoint]) -> Iterator[Rig]:
    with tempfile.TemporaryDirectory() as folder:
        local = open_fake(Path(folder))
        yield Rig(local)
        local.close()


def unknown_members(shape: Shape, value: Any, path: str = "") -> list[str]:
    if isinstance(shape, StructureShape):
        found = [f"{path}.{name}" for name in value if name not in shape.members]
        for name, member in shape.members.items():
            if name in value:
                found += unknown_members(member, value[name], f"{path}.{name}")
        return found
    if isinstance(shape, ListShape):
        return [one for item in value for one in unknown_members(shape.member, item, path)]
    return []


COMMON = {
    "SerializationException",
    "InvalidRequestException",
    "InvalidInputException",
    "UnknownOperationException",
}
OFFERED = [
    (service, prefix, operation)
    for service, prefix in (("athena", "AmazonAthena"), ("glue", "AWSGlue"))
    for operation in (
        "StartQueryExecution GetQueryExecution BatchGetQueryExecution StopQueryExecution "
        "ListQueryExecutions GetQueryResults GetQueryRuntimeStatistics ListDataCatalogs "
        "GetDataCatalog ListDatabases GetDatabase ListTableMetadata GetTableMetadata GetWorkGroup "
        "ListWorkGroups CreateWorkGroup DeleteWorkGroup ListEngineVersions CreateNamedQuery "
        "GetNamedQuery BatchGetNamedQuery ListNamedQueries UpdateNamedQuery DeleteNamedQuery "
        "CreatePreparedStatement GetPreparedStatement BatchGetPreparedStatement "
        "ListPreparedStatements UpdatePreparedStatement DeletePreparedStatement"
        if service == "athena"
        else "GetDatabase GetDatabases GetTable GetTables GetPartition GetPartitions"
    ).split()
]


def test_every_offered_operation_is_fuzzed(rig: Rig) -> None:
    offered = {(service, name) for service, table in rig.endpoint._json.items() for name in table}
    assert {(service, operation) for service, _, operation in OFFERED} == offered


@pytest.mark.parametrize(("service", "prefix", "operation"), OFFERED)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_replies_keep_to_the_model(
    rig: Rig, service: str, prefix: str, operation: str, data: st.DataObject
) -> None:
    model = service_model(service).operation_model(operation)
    asked = data.draw(valid(model.input_shape))
    reply = rig.send(
        service,
        "POST",
        "/",
        {
            "X-Amz-Target": f"{prefix}.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
        },
        json.dumps(asked).encode(),
    )
    assert isinstance(reply.body, bytes)
    content = json.loads(reply.body)
    if reply.status == 200:
        # An empty listing is empty; the model's limit is of the list as other operations ask it.
        found = [one for one in violations(model.output_shape, content) if "'[]'" not in one]
        assert found == []
        assert unknown_members(model.output_shape, content) == []
    else:
        assert reply.status == 400, content
        modelled = {error.name for error in model.error_shapes}
        assert content["__type"] in modelled | COMMON
        assert content["Message"]


METHODS = st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"])
PATHS = st.one_of(
    st.sampled_from(
        [
            "/",
            "/athena-local-data",
            "/athena-local-data/k",
            "/athena-local-data/dir/",
            "/athena-local-data/..%2F..%2Fx",
            "/absent-bucket/k",
            "/athena-local-data/" + "k" * 1100,
            "/athena-local-data/" + "k" * 300,
            "/athena-local-data/%00",
            "/athena-local-data/%FF",
            "/..",
        ]
    ),
    st.text("/ab%2.é", max_size=12).map(lambda text: "/" + text),
)
QUERIES = st.sampled_from(
    [
        "",
        "list-type=2",
        "list-type=2&max-keys=x",
        "list-type=2&max-keys=²",
        "list-type=2&delimiter=%2F&prefix=d&encoding-type=url",
        "uploads",
        "uploadId=x&partNumber=²",
        "uploadId=x",
        "delete",
        "location",
        "acl",
        "marker=%FF",
    ]
)
S3_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Range": st.sampled_from(["bytes=0-", "bytes=9-1", "bytes=-", "bytes=-5", "x", "bytes=²-"]),
        "If-Match": st.text("ab*\"'", max_size=4),
        "Content-Encoding": st.just("aws-chunked"),
        "x-amz-copy-source": st.sampled_from(["athena-local-data/k", "/", "absent-bucket/x", "%"]),
        "x-amz-expected-bucket-owner": st.sampled_from(["123456789012", "x"]),
    },
)


@settings(max_examples=250, deadline=None)
@given(
    method=METHODS,
    path=PATHS,
    query=QUERIES,
    headers=S3_HEADERS,
    body=st.one_of(
        st.binary(max_size=20), st.just(b"3\r\nabc\r\n0\r\n\r\n"), st.just(b"<Key>k</Key>")
    ),
)
def test_the_local_s3_never_fails(
    rig: Rig, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    from urllib.parse import quote

    target = quote(path, safe="/%") + (f"?{quote(query, safe='=&%')}" if query else "")
    reply = rig.send("s3", method, target, headers, body)
    assert reply.status < 500 or reply.status == 501
    assert b"".join(reply.pieces()) is not None


@settings(max_examples=150, deadline=None)
@given(
    method=st.text(max_size=8),
    url=st.text(max_size=40),
    headers=st.dictionaries(
        st.sampled_from(["X-Amz-Target", "Content-Type", "Authorization", "Host", "x"]),
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                [
                    "AmazonAthena.StartQueryExecution",
                    "AWSGlue.GetTables",
                    "application/x-www-form-urlencoded",
                    "AWS4-HMAC-SHA256 Credential=a/20260101/r/athena/aws4_request, "
                    "SignedHeaders=host, Signature=" + "0" * 64,
                ]
            ),
        ),
    ),
    body=st.binary(max_size=60),
)
def test_rubbish_is_refused_not_answered(
    rig: Rig, method: str, url: str, headers: dict[str, str], body: bytes
) -> None:
    reply = rig.endpoint.handle(method, url, headers, body)
    assert 400 <= reply.status < 500 or reply.status == 501
