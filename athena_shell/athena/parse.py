"""Athena's API dictionaries to the model; pure, and strict about members a cut reply would lack.

Member names follow botocore's service model of Athena (API version 2017-05-18).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from athena_shell.core.errors import ServiceError
from athena_shell.core.model import (
    Column,
    Database,
    QueryExecution,
    QueryFailure,
    QueryState,
    QueryStatistics,
    Row,
    Table,
    TableColumn,
    Workgroup,
)

Reply = Mapping[str, Any]

INCOMPLETE: Final = "IncompleteReply"
"""The code of the error for a reply that lacks a required member."""

_WRITES: Final = frozenset(
    {
        "INSERT",
        "UPDATE",
        "DELETE",
        "MERGE",
        "MERGE_INTO",
        "UNLOAD",
        "CREATE_TABLE_AS_SELECT",
        "CREATE_VIEW",
    }
)


def incomplete(operation: str, member: str) -> ServiceError:
    """Return the fault of a reply that was cut on its way; repeating the call is right."""
    return ServiceError(
        f"The reply to {operation} arrived without {member}.",
        "The connection or a proxy cut it; the call can be repeated.",
        code=INCOMPLETE,
        transient=True,
    )


def require(reply: Reply, member: str, operation: str) -> Any:
    """Return a member that every whole reply has; raises a transient ServiceError without it."""
    value = reply.get(member)
    if value is None or value == "":
        raise incomplete(operation, member)
    return value


def parse_started(reply: Reply) -> str:
    """Return the query id of a StartQueryExecution reply."""
    return str(require(reply, "QueryExecutionId", "StartQueryExecution"))


def parse_execution(value: Reply, operation: str = "GetQueryExecution") -> QueryExecution:
    """Return the model of one ``QueryExecution`` structure."""
    query_id = str(require(value, "QueryExecutionId", operation))
    status = require(value, "Status", operation)
    name = str(require(status, "State", operation))
    try:
        state = QueryState(name)
    except ValueError as error:
        raise ServiceError(f"Athena reports a state unknown here: {name}.", code=name) from error
    context = value.get("QueryExecutionContext") or {}
    result = value.get("ResultConfiguration") or {}
    return QueryExecution(
        id=query_id,
        state=state,
        text=value.get("Query", ""),
        statement_type=value.get("StatementType", ""),
        substatement_type=value.get("SubstatementType", ""),
        reason=status.get("StateChangeReason", ""),
        failure=_failure(status.get("AthenaError")),
        submitted=_time(status.get("SubmissionDateTime")),
        completed=_time(status.get("CompletionDateTime")),
        statistics=_statistics(value.get("Statistics") or {}),
        output_location=result.get("OutputLocation", ""),
        workgroup=value.get("WorkGroup", ""),
        catalog=context.get("Catalog", ""),
        database=context.get("Database", ""),
        engine_version=(value.get("EngineVersion") or {}).get("EffectiveEngineVersion", ""),
        encryption=(result.get("EncryptionConfiguration") or {}).get("EncryptionOption", ""),
        managed_results=bool(
            (value.get("ManagedQueryResultsConfiguration") or {}).get("Enabled", False)
        ),
    )


def parse_described(reply: Reply) -> QueryExecution:
    """Return the execution of a GetQueryExecution reply."""
    return parse_execution(require(reply, "QueryExecution", "GetQueryExecution"))


def parse_batch(reply: Reply) -> dict[str, QueryExecution]:
    """Return the executions of a BatchGetQueryExecution reply by id."""
    operation = "BatchGetQueryExecution"
    if "QueryExecutions" not in reply and "UnprocessedQueryExecutionIds" not in reply:
        raise incomplete(operation, "QueryExecutions")
    executions = (parse_execution(value, operation) for value in reply.get("QueryExecutions") or ())
    return {execution.id: execution for execution in executions}


def parse_columns(reply: Reply) -> tuple[Column, ...]:
    """Return the columns of a GetQueryResults reply, duplicates and empty names as they are."""
    result = require(reply, "ResultSet", "GetQueryResults")
    metadata = require(result, "ResultSetMetadata", "GetQueryResults")
    return tuple(
        Column(
            name=info.get("Label") or info.get("Name", ""),
            type=info.get("Type", "varchar"),
            precision=info.get("Precision", 0),
            scale=info.get("Scale", 0),
            nullable=info.get("Nullable", "UNKNOWN"),
        )
        for info in metadata.get("ColumnInfo") or ()
    )


def parse_rows(reply: Reply) -> list[Row]:
    """Return the rows of a GetQueryResults reply; a cell without a value is NULL."""
    result = require(reply, "ResultSet", "GetQueryResults")
    return [
        tuple([cell.get("VarCharValue") for cell in row.get("Data") or ()])
        for row in result.get("Rows") or ()
    ]


def has_header(execution: QueryExecution) -> bool:
    """Whether the first row of the first page repeats the column names.

    Queries do; DDL text and utility statements such as SHOW and DESCRIBE do not
    (PyAthena issue 4: deciding by value loses a table that is named like its header).
    """
    return execution.statement_type == "DML" and not is_write(execution)


def is_write(execution: QueryExecution) -> bool:
    """Whether the result is a count of rows written rather than rows."""
    return execution.substatement_type.upper() in _WRITES


def fit(row: Row, width: int) -> Row | None:
    """Return a row of ``width`` cells, or ``None`` when it cannot be one.

    SHOW and DESCRIBE deliver one cell whose parts are parted by tabs, whatever their metadata
    says (uber/athenadriver, UndocumentedAthena.md).
    """
    if len(row) == width:
        return row
    if len(row) != 1:
        return (None,) * width if not row else None
    cell = row[0]
    if cell is None:
        return (None,) * width
    parts: list[str | None] = [part.rstrip(" ") for part in cell.split("\t")]
    if len(parts) > width:
        head = parts[: width - 1]
        tail = "\t".join(part or "" for part in parts[width - 1 :])
        return (*head, tail)
    return (*parts, *[None] * (width - len(parts)))


def parse_database(value: Reply) -> Database:
    """Return the model of one ``Database`` structure."""
    return Database(
        name=str(require(value, "Name", "GetDatabase")), description=value.get("Description", "")
    )


def parse_table(value: Reply, catalog: str, database: str) -> Table:
    """Return the model of one ``TableMetadata`` structure; partition columns come last."""
    return Table(
        name=str(require(value, "Name", "GetTableMetadata")),
        database=database,
        catalog=catalog,
        kind=value.get("TableType", ""),
        columns=(
            *_columns(value.get("Columns") or (), is_partition=False),
            *_columns(value.get("PartitionKeys") or (), is_partition=True),
        ),
        parameters=tuple(sorted((value.get("Parameters") or {}).items())),
        created=_time(value.get("CreateTime")),
    )


def parse_glue_table(value: Reply, catalog: str, database: str) -> Table:
    """Return the model of one ``Table`` structure of Glue; partition columns come last."""
    storage = value.get("StorageDescriptor") or {}
    return parse_table({**value, "Columns": storage.get("Columns")}, catalog, database)


def parse_workgroup(reply: Reply) -> Workgroup:
    """Return the workgroup of a GetWorkGroup reply."""
    value = require(reply, "WorkGroup", "GetWorkGroup")
    rules = value.get("Configuration") or {}
    managed = rules.get("ManagedQueryResultsConfiguration") or {}
    result = rules.get("ResultConfiguration") or {}
    return Workgroup(
        name=str(require(value, "Name", "GetWorkGroup")),
        state=value.get("State", "ENABLED"),
        output_location=result.get("OutputLocation", ""),
        enforced=bool(rules.get("EnforceWorkGroupConfiguration", False)),
        managed_results=bool(managed.get("Enabled", False)),
        scan_limit=rules.get("BytesScannedCutoffPerQuery"),
        engine_version=(rules.get("EngineVersion") or {}).get("EffectiveEngineVersion", ""),
        description=value.get("Description", ""),
        requester_pays=bool(rules.get("RequesterPaysEnabled", False)),
        encryption=(result.get("EncryptionConfiguration") or {}).get("EncryptionOption", ""),
        bucket_owner=result.get("ExpectedBucketOwner", ""),
    )


def _columns(values: Sequence[Reply], *, is_partition: bool) -> tuple[TableColumn, ...]:
    return tuple(
        TableColumn(
            name=value.get("Name", ""),
            type=value.get("Type", ""),
            comment=value.get("Comment", ""),
            is_partition=is_partition,
        )
        for value in values
    )


def _failure(value: Reply | None) -> QueryFailure | None:
    if not value:
        return None
    return QueryFailure(
        message=value.get("ErrorMessage", ""),
        category=value.get("ErrorCategory", 0),
        kind=value.get("ErrorType", 0),
        retryable=bool(value.get("Retryable", False)),
    )


def _statistics(value: Reply) -> QueryStatistics:
    reuse = value.get("ResultReuseInformation") or {}
    return QueryStatistics(
        scanned_bytes=value.get("DataScannedInBytes"),
        queue_ms=value.get("QueryQueueTimeInMillis"),
        planning_ms=value.get("QueryPlanningTimeInMillis"),
        engine_ms=value.get("EngineExecutionTimeInMillis"),
        service_ms=value.get("ServiceProcessingTimeInMillis"),
        total_ms=value.get("TotalExecutionTimeInMillis"),
        reused=bool(reuse.get("ReusedPreviousResult", False)),
        manifest_location=value.get("DataManifestLocation", ""),
    )


def _time(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, UTC)
    return None
