from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from athena_shell.athena.calls import Caller
from athena_shell.athena.errors import CONCURRENT_LIMIT, hint_for, refine
from athena_shell.athena.service import AthenaEngine, ResultOptions, start_parameters
from athena_shell.core.errors import AuthError, LoginRequired, QueryFailed, ServiceError
from athena_shell.core.model import Intent, QueryState, Statement, Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.athena.conftest import FakeClient, FakeClock, Renewals

TOKEN = "0f0e0d0c-0b0a-4908-8706-050403020100"


@pytest.fixture
def engine(caller: Caller, clock: FakeClock) -> AthenaEngine:
    return AthenaEngine(caller, clock)


@pytest.fixture
def intent() -> Intent:
    return Intent(TOKEN, Statement("SELECT ?"), Target(database="web"), ("1",), 60)


def test_all_parameters_of_a_start(intent: Intent) -> None:
    options = ResultOptions("SSE_KMS", "alias/key", "111122223333", "BUCKET_OWNER_FULL_CONTROL")

    assert start_parameters(intent, options) == {
        "QueryString": "SELECT ?",
        "ClientRequestToken": TOKEN,
        "QueryExecutionContext": {"Catalog": "AwsDataCatalog", "Database": "web"},
        "WorkGroup": "primary",
        "ResultConfiguration": {
            "EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": "alias/key"},
            "ExpectedBucketOwner": "111122223333",
            "AclConfiguration": {"S3AclOption": "BUCKET_OWNER_FULL_CONTROL"},
        },
        "ExecutionParameters": ["1"],
        "ResultReuseConfiguration": {
            "ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 60}
        },
    }


def test_a_start_that_leaves_all_to_the_workgroup() -> None:
    intent = Intent(TOKEN, Statement("SELECT 1"), Target("", "", "", ""))

    assert start_parameters(intent, ResultOptions()) == {
        "QueryString": "SELECT 1",
        "ClientRequestToken": TOKEN,
    }


def test_the_parameters_are_valid_for_the_service_model(intent: Intent) -> None:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel
    from botocore.validate import ParamValidator

    model = ServiceModel(Loader().load_service_model("athena", "service-2"))
    shape = model.operation_model("StartQueryExecution").input_shape
    options = ResultOptions("SSE_KMS", "alias/key", "111122223333", "BUCKET_OWNER_FULL_CONTROL")

    report = ParamValidator().validate(start_parameters(intent, options), shape)

    assert report.generate_report() == ""


def test_every_repetition_of_a_start_is_the_same_request(
    engine: AthenaEngine, client: FakeClient, intent: Intent, failing: Callable[..., Exception]
) -> None:
    client.replies["start_query_execution"] = [
        failing("InternalServerException"),
        {},
        {"QueryExecutionId": "q-1"},
    ]
    for _ in range(2):
        with pytest.raises(ServiceError) as caught:
            engine.start(intent)
        assert caught.value.transient

    assert engine.start(intent) == "q-1"
    first, *others = (parameters for _, parameters in client.requests)
    assert others == [first, first]


def test_an_expired_session_is_renewed_once_and_the_call_repeated(
    engine: AthenaEngine,
    client: FakeClient,
    intent: Intent,
    renewals: Renewals,
    failing: Callable[..., Exception],
) -> None:
    client.replies["start_query_execution"] = [
        failing("ExpiredTokenException"),
        {"QueryExecutionId": "q-1"},
    ]

    assert engine.start(intent) == "q-1"
    assert renewals.count == 1
    assert client.requests[0] == client.requests[1]


def test_a_session_that_stays_refused_is_an_error_after_one_renewal(
    engine: AthenaEngine,
    client: FakeClient,
    renewals: Renewals,
    failing: Callable[..., Exception],
) -> None:
    client.replies["get_query_execution"] = [failing("ExpiredTokenException")]

    with pytest.raises(AuthError):
        engine.describe("q-1")

    assert renewals.count == 1


def test_a_wrong_clock_causes_no_renewal(
    engine: AthenaEngine,
    client: FakeClient,
    renewals: Renewals,
    failing: Callable[..., Exception],
) -> None:
    client.replies["get_query_execution"] = [failing("RequestTimeTooSkewed")]

    with pytest.raises(AuthError):
        engine.describe("q-1")

    assert renewals.count == 0


def test_our_own_errors_pass_through_the_library(engine: AthenaEngine, client: FakeClient) -> None:
    client.replies["get_query_execution"] = [LoginRequired("the token has expired")]

    with pytest.raises(LoginRequired, match="the token has expired"):
        engine.describe("q-1")


def test_a_refused_statement_keeps_athenas_words_and_code(
    engine: AthenaEngine, client: FakeClient, intent: Intent, failing: Callable[..., Exception]
) -> None:
    client.replies["start_query_execution"] = [
        failing(
            "InvalidRequestException",
            "line 1:8: mismatched input 'FORM'",
            AthenaErrorCode="MALFORMED_QUERY",
        )
    ]

    with pytest.raises(QueryFailed) as caught:
        engine.start(intent)

    assert caught.value.message == "line 1:8: mismatched input 'FORM'"
    assert caught.value.code == "MALFORMED_QUERY"


def test_a_full_account_is_told_from_too_many_calls(
    engine: AthenaEngine, client: FakeClient, intent: Intent, failing: Callable[..., Exception]
) -> None:
    client.replies["start_query_execution"] = [
        failing("TooManyRequestsException", "", Reason=CONCURRENT_LIMIT),
        failing("TooManyRequestsException", "Rate exceeded"),
    ]
    codes = []
    for _ in range(2):
        with pytest.raises(ServiceError) as caught:
            engine.start(intent)
        assert caught.value.transient
        codes.append(caught.value.code)

    assert codes == [CONCURRENT_LIMIT, "TooManyRequestsException"]


def test_a_statement_that_is_too_long_is_not_sent(engine: AthenaEngine, client: FakeClient) -> None:
    intent = Intent(TOKEN, Statement("SELECT '" + "ü" * 131_072 + "'"), Target())

    with pytest.raises(QueryFailed, match="262,153 bytes"):
        engine.start(intent)

    assert client.requests == []


@pytest.mark.parametrize("method", ["stop", "describe"])
def test_an_empty_id_is_never_sent(engine: AthenaEngine, client: FakeClient, method: str) -> None:
    with pytest.raises(ValueError, match="query id"):
        getattr(engine, method)("")

    assert client.requests == []


def test_many_queries_are_described_fifty_at_a_time(
    engine: AthenaEngine, client: FakeClient
) -> None:
    def batch(numbers: range) -> dict[str, Any]:
        return {
            "QueryExecutions": [
                {"QueryExecutionId": f"q-{number}", "Status": {"State": "RUNNING"}}
                for number in numbers
            ],
            "UnprocessedQueryExecutionIds": [],
        }

    client.replies["batch_get_query_execution"] = [batch(range(50)), batch(range(50, 70))]

    found = engine.describe_many([f"q-{number}" for number in range(71)])

    assert len(found) == 70
    assert found["q-69"].state is QueryState.RUNNING
    assert [len(parameters["QueryExecutionIds"]) for _, parameters in client.requests] == [50, 21]


def test_recent_queries_are_listed_lazily_up_to_the_limit(
    engine: AthenaEngine, client: FakeClient
) -> None:
    page = [f"q-{number}" for number in range(50)]
    client.replies["list_query_executions"] = [
        {"QueryExecutionIds": page, "NextToken": "t1"},
        {"QueryExecutionIds": page, "NextToken": "t2"},
    ]

    assert len(list(engine.recent("team", 70))) == 70
    assert [parameters for _, parameters in client.requests] == [
        {"MaxResults": 50, "WorkGroup": "team"},
        {"MaxResults": 20, "WorkGroup": "team", "NextToken": "t1"},
    ]


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("No output location provided.", "Set S3OutputLocation"),
        ("Unable to verify/create output bucket team-results", "Check that the result bucket"),
        ("WorkGroup teem is not found.", r"\workgroups"),
        ("WorkGroup team is disabled", r"\workgroup NAME"),
        ("Insufficient Lake Formation permission(s) on logs", "Lake Formation"),
        ("QueryExecution 5d7 was not found", r"\queries lists this shell's ids"),
        ("SCHEMA_NOT_FOUND: line 1:15: Schema 'web' does not exist", r"\databases"),
    ],
)
def test_hints_for_athenas_messages(message: str, hint: str) -> None:
    assert hint in hint_for(message)


@pytest.mark.parametrize("action", ["GetQueryExecution", "StopQueryExecution", "GetQueryResults"])
def test_a_query_of_a_workgroup_that_is_closed_to_the_role_is_named_so(action: str) -> None:
    cause = Exception()
    cause.response = {  # type: ignore[attr-defined] # as botocore's ClientError has it
        "Error": {
            "Code": "AccessDeniedException",
            "Message": f"User: arn:aws:sts::111122223333:assumed-role/ann/s is not authorized to"
            f" perform: athena:{action} on resource: arn:aws:athena:us-east-1:111122223333:"
            "workgroup/finance.team because no identity-based policy allows it",
        }
    }
    error = refine(ServiceError("denied", "Ask."), cause)
    assert error.hint == (
        "The query is one of workgroup finance.team, where the role lacks"
        f" athena:{action}. \\queries lists this shell's own."
    )


def test_a_workgroup_that_keeps_results_itself_gets_no_place_for_them(
    engine: AthenaEngine, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    target = Target(workgroup="kept", output_location="s3://mine/")
    intent = Intent(TOKEN, Statement("SELECT 1"), target)
    client.replies["start_query_execution"] = [
        failing("InvalidRequestException", "Managed query results are enabled: name no location."),
        {"QueryExecutionId": "q-1"},
        {"QueryExecutionId": "q-2"},
    ]

    assert engine.start(intent) == "q-1"
    assert engine.start(intent) == "q-2"
    sent = [parameters.get("ResultConfiguration") for _, parameters in client.requests]
    assert sent == [{"OutputLocation": "s3://mine/"}, None, None]


def test_a_refusal_of_managed_results_without_a_place_is_the_users(
    engine: AthenaEngine, client: FakeClient, failing: Callable[..., Exception]
) -> None:
    client.replies["start_query_execution"] = [
        failing("InvalidRequestException", "Managed query results are not available here."),
    ]

    with pytest.raises(QueryFailed):
        engine.start(Intent(TOKEN, Statement("SELECT 1"), Target("", "", "kept", "")))
    assert len(client.requests) == 1
