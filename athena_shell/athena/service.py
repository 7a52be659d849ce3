"""Athena as the query engine: start, describe, stop, fetch, list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from athena_shell.athena import parse
from athena_shell.athena.patience import Patience
from athena_shell.athena.readers import ChosenReader, ResultReader
from athena_shell.athena.results import ApiReader, fetch_by
from athena_shell.athena.s3_results import S3Reader
from athena_shell.core.errors import QueryFailed
from athena_shell.core.model import Intent, Part, QueryExecution, ResultSet
from athena_shell.core.records import dataclass

if TYPE_CHECKING:
    from athena_shell.athena.calls import Caller
    from athena_shell.athena.stages import RunStatistics
    from athena_shell.core.ports import Clock

BATCH: Final = 50
"""Ids a BatchGetQueryExecution call and a ListQueryExecutions page take at most."""

LONGEST_STATEMENT: Final = 262_144
"""Bytes of a statement that StartQueryExecution takes at most."""


_MANAGED: Final = re.compile(r"managed (query )?results?\b", re.IGNORECASE)
"""What a refusal says of a place for results in a workgroup that keeps them itself."""

_OPENING: Final = 5.0
"""Seconds after which a result object that cannot be reached is read through Athena instead."""


@dataclass(frozen=True)
class ResultOptions:
    """What a profile asks for its result objects; an empty text leaves it to the workgroup.

    Args:
        encryption: ``SSE_S3``, ``SSE_KMS`` or ``CSE_KMS``.
        kms_key: the key's ARN or id.
        bucket_owner: the account id that must own the bucket.
        acl: ``BUCKET_OWNER_FULL_CONTROL``.
    """

    encryption: str = ""
    kms_key: str = ""
    bucket_owner: str = ""
    acl: str = ""

    def configuration(self, output_location: str) -> dict[str, Any]:
        """Return the ``ResultConfiguration`` member, empty when nothing is asked for."""
        members: dict[str, Any] = {}
        if output_location:
            members["OutputLocation"] = output_location
        if self.encryption:
            encryption = {"EncryptionOption": self.encryption}
            if self.kms_key:
                encryption["KmsKey"] = self.kms_key
            members["EncryptionConfiguration"] = encryption
        if self.bucket_owner:
            members["ExpectedBucketOwner"] = self.bucket_owner
        if self.acl:
            members["AclConfiguration"] = {"S3AclOption": self.acl}
        return members


def refuse_too_long(text: str) -> None:
    """Refuse a statement that is larger than Athena takes; raises QueryFailed."""
    size = statement_size(text)
    if size > LONGEST_STATEMENT:
        raise QueryFailed(
            f"The statement has {size:,} bytes; Athena takes at most {LONGEST_STATEMENT:,}.",
            "Split it, or move long lists of values into a table.",
        )


def statement_size(text: str) -> int:
    """Return a statement's size as Athena counts it."""
    return len(text.encode("utf-8", "surrogatepass"))


class AthenaEngine:
    """The ``Engine`` port on Amazon Athena; every method is safe to call from any thread.

    Args:
        caller: makes the calls.
        clock: time.
        options: encryption, owner and ACL of result objects.
        reader: how results are read.
        patience: seconds for which a result page is asked for again in bad weather.
    """

    def __init__(
        self,
        caller: Caller,
        clock: Clock,
        *,
        options: ResultOptions | None = None,
        reader: ResultReader = ResultReader.AUTO,
        patience: float = 300.0,
    ) -> None:
        self._caller = caller
        self._options = options or ResultOptions()
        self._managing: set[str] = set()
        self._patience = patient = Patience(clock, patience)
        self._reader = ChosenReader(
            ApiReader(fetch_by(caller), patient),
            S3Reader(caller, patient, Patience(clock, _OPENING), self._options.bucket_owner),
            reader,
        )

    @property
    def result_reader(self) -> ResultReader:
        """How results are read from now on."""
        return self._reader.choice

    @result_reader.setter
    def result_reader(self, choice: ResultReader) -> None:
        self._reader.choice = choice

    def start(self, intent: Intent) -> str:
        """Start the intent's statement; repeating it with the same intent never starts another.

        Athena answers a known ClientRequestToken with the query id it gave before, provided that
        all parameters are equal (Athena API reference, StartQueryExecution).

        Raises:
            QueryFailed: Athena refuses the statement.
            ServiceError: the call failed; whether Athena started the query is then unknown.
        """
        refuse_too_long(intent.statement.text)
        parameters = start_parameters(intent, self._options)
        if intent.target.workgroup in self._managing:
            parameters.pop("ResultConfiguration", None)
        try:
            return self._started(parameters)
        except QueryFailed as error:
            if not _MANAGED.search(error.message) or "ResultConfiguration" not in parameters:
                raise
        # Refused for good, so nothing runs: a workgroup that keeps results itself takes no place.
        self._managing.add(intent.target.workgroup)
        del parameters["ResultConfiguration"]
        return self._started(parameters)

    def _started(self, parameters: dict[str, Any]) -> str:
        return parse.parse_started(
            self._caller.call("athena", "start_query_execution", **parameters)
        )

    def describe(self, query_id: str) -> QueryExecution:
        """Return the execution as it stands."""
        _require_id(query_id)
        return parse.parse_described(
            self._caller.call("athena", "get_query_execution", QueryExecutionId=query_id)
        )

    def describe_many(self, query_ids: Sequence[str]) -> Mapping[str, QueryExecution]:
        """Return the executions Athena still knows, by id; one call for each 50 ids."""
        found: dict[str, QueryExecution] = {}
        for start in range(0, len(query_ids), BATCH):
            part = list(query_ids[start : start + BATCH])
            found |= parse.parse_batch(
                self._caller.call("athena", "batch_get_query_execution", QueryExecutionIds=part)
            )
        return found

    def stop(self, query_id: str) -> None:
        """Ask Athena to stop a query; an already ended one is no error.

        The service model marks the id as an idempotency token, so botocore would fill in a random
        one for a call without it: an empty id is refused here.
        """
        _require_id(query_id)
        self._caller.call("athena", "stop_query_execution", QueryExecutionId=query_id)

    def fetch(self, execution: QueryExecution) -> ResultSet:
        """Open the result of a succeeded query; pages are fetched as they are read."""
        _require_id(execution.id)
        return self._reader.open(execution)

    def parts(self, execution: QueryExecution) -> Sequence[Part]:
        """Return the files that an UNLOAD has written; raises as ``Parts.of``."""
        from athena_shell.athena.parts import Parts

        return Parts(self._caller, self._patience, self._options.bucket_owner).of(execution)

    def way_of(self, query_id: str) -> str:
        """Return how a query's result was read here, such as ``S3``; empty when it was not."""
        return self._reader.way_of(query_id)

    def statistics(self, query_id: str) -> RunStatistics:
        """Return how a query ran; rows and stages are told some time after its end, or never."""
        from athena_shell.athena.stages import parse_statistics

        _require_id(query_id)
        return parse_statistics(
            self._caller.call("athena", "get_query_runtime_statistics", QueryExecutionId=query_id)
        )

    def recent(self, workgroup: str, limit: int) -> Iterable[str]:
        """Yield at most ``limit`` ids of the workgroup's executions, newest first."""
        token: str | None = None
        seen: set[str] = set()
        while limit > 0:
            parameters: dict[str, Any] = {"MaxResults": min(BATCH, limit)}
            if workgroup:
                parameters["WorkGroup"] = workgroup
            if token is not None:
                parameters["NextToken"] = token
            reply = self._caller.call("athena", "list_query_executions", **parameters)
            query_ids = parse.require(reply, "QueryExecutionIds", "ListQueryExecutions")
            yield from query_ids[:limit]
            limit -= len(query_ids)
            token = reply.get("NextToken")
            if token is None or token in seen:
                return
            seen.add(token)


def start_parameters(intent: Intent, options: ResultOptions) -> dict[str, Any]:
    """Return StartQueryExecution's members for an intent: equal intents give equal members."""
    target = intent.target
    parameters: dict[str, Any] = {
        "QueryString": intent.statement.text,
        "ClientRequestToken": intent.token,
    }
    context = {
        name: value
        for name, value in (("Catalog", target.catalog), ("Database", target.database))
        if value
    }
    if context:
        parameters["QueryExecutionContext"] = context
    if target.workgroup:
        parameters["WorkGroup"] = target.workgroup
    if configuration := options.configuration(target.output_location):
        parameters["ResultConfiguration"] = configuration
    if intent.parameters:
        parameters["ExecutionParameters"] = list(intent.parameters)
    if intent.reuse_minutes:
        parameters["ResultReuseConfiguration"] = {
            "ResultReuseByAgeConfiguration": {
                "Enabled": True,
                "MaxAgeInMinutes": intent.reuse_minutes,
            }
        }
    return parameters


def _require_id(query_id: str) -> None:
    if not query_id:
        raise ValueError("a query id is needed")
