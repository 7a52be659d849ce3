"""Athena's operations on queries: start, describe, stop, list, results, statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from athena_shell.local.catalog import CATALOG_NAME
from athena_shell.local.clock import Clock
from athena_shell.local.errors import EngineError
from athena_shell.local.executions import Executions, invalid
from athena_shell.local.ledger import Ledger
from athena_shell.local.paging import page, page_offset, page_token
from athena_shell.local.query_execution import (
    FAILED,
    QUEUED,
    RUNNING,
    SUCCEEDED,
    Execution,
    Order,
    Outcome,
)
from athena_shell.local.query_work import QueryWork, SqlEngine
from athena_shell.local.result import LocalColumn
from athena_shell.local.rowfile import Row, RowFile
from athena_shell.local.stages import runtime_statistics
from athena_shell.local.workgroups import PRIMARY, WorkGroups

Structure = dict[str, Any]
Operation = Callable[[Structure], Structure]

_LONGEST_SQL: Final = 262_144
_LARGEST_PAGE: Final = 1000
_LIST_PAGE: Final = 50


class QueryOperations:
    """The operations on query executions.

    Args:
        engine: runs SQL.
        groups: the workgroups.
        clock: times executions.
        work: what a worker does with one.
        ledger: what tests compare with.
    """

    def __init__(
        self,
        engine: SqlEngine,
        groups: WorkGroups,
        clock: Clock,
        work: QueryWork,
        ledger: Ledger,
    ) -> None:
        self._engine = engine
        self._groups = groups
        self._work = work
        self._ledger = ledger
        self.executions = Executions(clock, self._run, _place)

    def operations(self) -> dict[str, Operation]:
        """Return the operations by their API names."""
        return {
            "StartQueryExecution": self._start,
            "GetQueryExecution": self._describe,
            "BatchGetQueryExecution": self._describe_many,
            "StopQueryExecution": self._stop,
            "ListQueryExecutions": self._list,
            "GetQueryResults": self._results,
            "GetQueryRuntimeStatistics": self._statistics,
        }

    def _run(self, execution: Execution) -> Outcome:
        return self._work.run(execution, self.executions.reusable(execution.order))

    def _start(self, asked: Structure) -> Structure:
        order, concurrent = self._order(asked)
        execution, fresh = self.executions.start(order, concurrent)
        if fresh:
            self._ledger.started(order.token, execution.id, order.sql)
        return {"QueryExecutionId": execution.id}

    def _order(self, asked: Structure) -> tuple[Order, int]:
        sql: str = asked["QueryString"]
        if len(sql.encode("utf-8", "replace")) > _LONGEST_SQL:
            raise invalid(f"Query string must be at most {_LONGEST_SQL} bytes in length")
        group = self._groups.get(asked.get("WorkGroup", PRIMARY))
        if not group.enabled:
            raise invalid(f"WorkGroup {group.name} is disabled.")
        if not asked.get("ClientRequestToken"):
            raise invalid("ClientRequestToken must be specified")
        context = asked.get("QueryExecutionContext", {})
        catalog = context.get("Catalog", CATALOG_NAME)
        if catalog.lower() != CATALOG_NAME.lower():
            raise invalid(f"Catalog {catalog} does not exist")
        settled = group.settled(asked.get("ResultConfiguration", {}))
        self._check_location(str(settled.get("OutputLocation", "")))
        try:
            self._work.check(sql)
        except EngineError as error:
            raise invalid(error.message, "MALFORMED_QUERY") from error
        reuse = asked.get("ResultReuseConfiguration", {}).get("ResultReuseByAgeConfiguration", {})
        order = Order(
            sql=sql,
            token=asked["ClientRequestToken"],
            parameters=tuple(asked.get("ExecutionParameters", ())),
            catalog=catalog,
            database=context.get("Database", ""),
            workgroup=group.name,
            result=settled,
            managed=group.managed,
            cutoff=group.cutoff,
            reuse_minutes=int(reuse.get("MaxAgeInMinutes", 60)) if reuse.get("Enabled") else 0,
            statement=self._work.statement_type(sql),
        )
        return order, group.concurrent

    def _check_location(self, location: str) -> None:
        if not location:
            return
        bucket = location.removeprefix("s3://").partition("/")[0]
        if not location.startswith("s3://") or not bucket:
            raise invalid(f"outputLocation is not a valid S3 path: {location}")
        if not (self._engine.lake.root / bucket).is_dir():
            raise invalid(f"Unable to verify/create output bucket {bucket}")
        try:
            self._engine.lake.path_of(location)
        except EngineError as error:
            raise invalid(f"outputLocation is not a valid S3 path: {location}") from error

    def _describe(self, asked: Structure) -> Structure:
        execution = self.executions.get(asked["QueryExecutionId"])
        return {"QueryExecution": self._described(execution)}

    def _described(self, execution: Execution) -> Structure:
        described = execution.described(self.executions.now())
        if execution.revivals and described["Status"]["State"] == SUCCEEDED:
            # Older SDK text and user reports: a FAILED query may be taken up again by Athena.
            execution.revivals -= 1
            described["Status"] = {
                **described["Status"],
                "State": FAILED,
                "StateChangeReason": "GENERIC_INTERNAL_ERROR: Please reduce your request rate "
                "(Service: Amazon S3; Status Code: 503; Error Code: SlowDown)",
                "AthenaError": {"ErrorCategory": 1, "ErrorType": 401, "Retryable": True},
            }
        return described

    def _describe_many(self, asked: Structure) -> Structure:
        found, missing = [], []
        for identifier in asked["QueryExecutionIds"]:
            execution = self.executions.find(identifier)
            if execution is not None:
                found.append(self._described(execution))
            else:
                missing.append(
                    {
                        "QueryExecutionId": identifier,
                        "ErrorCode": "INVALID_INPUT",
                        "ErrorMessage": f"QueryExecution {identifier} was not found",
                    }
                )
        return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}

    def _stop(self, asked: Structure) -> Structure:
        identifier = asked.get("QueryExecutionId")
        if not identifier:
            raise invalid("QueryExecutionId must be specified")
        execution = self.executions.stop(identifier)
        self._ledger.stopped(execution.id)
        return {}

    def _list(self, asked: Structure) -> Structure:
        name = asked.get("WorkGroup", PRIMARY)
        self._groups.get(name)
        identifiers = [execution.id for execution in self.executions.of_workgroup(name)]
        ids, token = page(
            identifiers,
            f"ListQueryExecutions/{name}",
            asked.get("NextToken"),
            asked.get("MaxResults", _LIST_PAGE),
        )
        return _with_token({"QueryExecutionIds": ids}, token)

    def _results(self, asked: Structure) -> Structure:
        execution = self.executions.get(asked["QueryExecutionId"])
        state = execution.state(self.executions.now())
        if state != SUCCEEDED or execution.outcome is None:
            raise _unfinished(state)
        outcome = execution.outcome
        rows = outcome.rows
        if rows is None or not rows.path.is_file():
            raise invalid("Could not find results", "INVALID_QUERY_EXECUTION_RESULTS")
        size = asked.get("MaxResults", _LARGEST_PAGE)
        scope = f"GetQueryResults/{execution.id}"
        offset = page_offset(scope, asked.get("NextToken"))
        total = rows.count + rows.header
        reply: Structure = {
            "UpdateCount": outcome.update_count or 0,
            "ResultSet": {
                "Rows": [_data(row) for row in _from(rows, outcome.columns, offset, size)],
                "ResultSetMetadata": {"ColumnInfo": [_info(c) for c in outcome.columns]},
            },
        }
        end = offset + size
        return _with_token(reply, page_token(scope, end) if end < total else None)

    def _statistics(self, asked: Structure) -> Structure:
        execution = self.executions.get(asked["QueryExecutionId"])
        now = self.executions.now()
        profile = self._work.profile(execution)
        return {"QueryRuntimeStatistics": runtime_statistics(execution, now, profile)}


def _from(rows: RowFile, columns: tuple[LocalColumn, ...], offset: int, size: int) -> Iterator[Row]:
    """Yield a page: the header is the first row of results that have one."""
    start = offset
    if rows.header:
        start -= 1
        if offset == 0:
            yield tuple(column.name for column in columns)
            start, size = 0, size - 1
    yield from rows.rows(start, size)


def _data(row: Row) -> Structure:
    return {"Data": [{} if value is None else {"VarCharValue": value} for value in row]}


def _info(column: LocalColumn) -> Structure:
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": column.type,
        "Precision": column.precision,
        "Scale": column.scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": column.type in {"varchar", "char"},
    }


def _place(identifier: str, order: Order) -> str:
    """Return the address of the result object, by the kind of statement."""
    if order.managed:
        return ""
    folder = str(order.result["OutputLocation"]).rstrip("/")
    kind, detail = order.statement
    if detail == "CREATE_TABLE_AS_SELECT":
        return f"{folder}/tables/{identifier}"
    if kind != "DML":
        return f"{folder}/{identifier}.txt"
    return f"{folder}/{identifier}" + (".csv" if detail in {"SELECT", "EXECUTE"} else "")


def _unfinished(state: str) -> Exception:
    if state in {QUEUED, RUNNING}:
        return invalid(f"Query has not yet finished. Current state: {state}")
    return invalid(f"Query did not finish successfully. Final query state: {state}")


def _with_token(reply: Structure, token: str | None) -> Structure:
    return {**reply, "NextToken": token} if token is not None else reply
