"""One started query: what was asked, what became of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from athena_shell.local.pace import Pace
from athena_shell.local.result import LocalColumn
from athena_shell.local.rowfile import RowFile
from athena_shell.local.workgroups import ENGINE_VERSION

QUEUED: Final = "QUEUED"
RUNNING: Final = "RUNNING"
SUCCEEDED: Final = "SUCCEEDED"
FAILED: Final = "FAILED"
CANCELLED: Final = "CANCELLED"
_MILLISECONDS: Final = 1000


@dataclass(frozen=True)
class Order:
    """What a StartQueryExecution asked for, settled with the workgroup's rules.

    Args:
        sql: the text as sent.
        token: the client request token.
        parameters: the execution parameters.
        catalog: the data catalog.
        database: the database, empty when none was named.
        workgroup: the workgroup's name.
        result: the settled ``ResultConfiguration``.
        managed: whether the result is kept by the service.
        cutoff: the workgroup's scan limit in bytes.
        reuse_minutes: how old a reused result may be; 0 for none.
        statement: the statement type and the substatement type.
    """

    sql: str
    token: str
    parameters: tuple[str, ...]
    catalog: str
    database: str
    workgroup: str
    result: Mapping[str, Any]
    managed: bool
    cutoff: int | None
    reuse_minutes: int
    statement: tuple[str, str]


@dataclass(frozen=True)
class Outcome:
    """How a query ended.

    Args:
        state: a terminal state.
        reason: ``StateChangeReason``, empty for none.
        error: the ``AthenaError`` structure, if any.
        columns: the result's columns.
        rows: the result's rows, if the query gave any.
        location: the result object's address; empty when there is none.
        manifest: the data manifest's address.
        update_count: rows written.
        scanned: bytes read.
        statement: the statement types as the engine knows them.
        reused: whether an earlier result was taken.
    """

    state: str
    reason: str = ""
    error: Mapping[str, Any] | None = None
    columns: tuple[LocalColumn, ...] = ()
    rows: RowFile | None = None
    location: str = ""
    manifest: str = ""
    update_count: int | None = None
    scanned: int = 0
    statement: tuple[str, str] | None = None
    reused: bool = False


@dataclass(frozen=True)
class Moment:
    """A point in time, by the calendar and by the stopwatch."""

    at: datetime
    seconds: float


@dataclass
class Execution:
    """A query in whatever state; its fields change under its lock only."""

    id: str
    order: Order
    submitted: Moment
    pace: Pace
    location: str
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    began: Moment | None = None
    ended: Moment | None = None
    outcome: Outcome | None = None
    revivals: int = 0

    def state(self, now: float) -> str:
        """Return the state at the stopwatch's ``now``."""
        with self.lock:
            if self.outcome is not None:
                return self.outcome.state
            waiting = now < self.submitted.seconds + self.pace.queue
            late = self.pace.run == 0 and self.began is None
            return QUEUED if waiting or late else RUNNING

    def end(self, outcome: Outcome, moment: Moment) -> bool:
        """Set how it ended, once; returns whether this call did."""
        with self.lock:
            if self.outcome is not None:
                return False
            self.outcome, self.ended = outcome, moment
            return True

    @property
    def statement(self) -> tuple[str, str]:
        """The statement type and the substatement type."""
        known = self.outcome.statement if self.outcome is not None else None
        return known or self.order.statement

    def scanned(self, now: float) -> int:
        """Return the bytes scanned so far."""
        share = 1.0
        if self.pace.run and self.outcome is None:
            running = now - self.submitted.seconds - self.pace.queue
            share = min(max(running / self.pace.run, 0.0), 1.0)
        elif self.outcome is None:
            return 0
        if self.pace.scan is not None:
            if self.outcome is not None and self.ended is not None and self.pace.run:
                running = self.ended.seconds - self.submitted.seconds - self.pace.queue
                share = min(max(running / self.pace.run, 0.0), 1.0)
            return int(self.pace.scan * share)
        return self.outcome.scanned if self.outcome is not None else 0

    def timeline(self, now: float) -> dict[str, int]:
        """Return the milliseconds spent so far, by phase."""
        end = self.ended.seconds if self.ended is not None else now
        total = max(end - self.submitted.seconds, 0.0)
        queue = min(self.pace.queue, total)
        engine = total - queue
        return {
            "QueryQueueTimeInMillis": _milliseconds(queue),
            "ServicePreProcessingTimeInMillis": 0,
            "QueryPlanningTimeInMillis": _milliseconds(min(engine, 0.001)),
            "EngineExecutionTimeInMillis": _milliseconds(engine),
            "ServiceProcessingTimeInMillis": 0,
            "TotalExecutionTimeInMillis": _milliseconds(total),
        }

    def described(self, now: float) -> dict[str, Any]:
        """Return the ``QueryExecution`` structure of the API."""
        state = self.state(now)
        outcome = self.outcome if state not in {QUEUED, RUNNING} else None
        kind, detail = self.statement
        context = {"Catalog": self.order.catalog}
        if self.order.database:
            context["Database"] = self.order.database
        described: dict[str, Any] = {
            "QueryExecutionId": self.id,
            "Query": self.order.sql,
            "StatementType": kind,
            "SubstatementType": detail,
            "QueryExecutionContext": context,
            "ResultConfiguration": self._result_configuration(),
            "ManagedQueryResultsConfiguration": {"Enabled": self.order.managed},
            "ResultReuseConfiguration": self._reuse(),
            "Status": self._status(state, outcome),
            "Statistics": self._statistics(now, outcome),
            "WorkGroup": self.order.workgroup,
            "EngineVersion": {
                "SelectedEngineVersion": "AUTO",
                "EffectiveEngineVersion": ENGINE_VERSION,
            },
        }
        if self.order.parameters:
            described["ExecutionParameters"] = list(self.order.parameters)
        return described

    def _result_configuration(self) -> dict[str, Any]:
        settled = dict(self.order.result)
        if self.order.managed:
            return {}
        settled["OutputLocation"] = (
            self.outcome.location if self.outcome and self.outcome.location else self.location
        )
        return settled

    def _reuse(self) -> dict[str, Any]:
        minutes = self.order.reuse_minutes
        by_age: dict[str, Any] = {"Enabled": minutes > 0}
        if minutes:
            by_age["MaxAgeInMinutes"] = minutes
        return {"ResultReuseByAgeConfiguration": by_age}

    def _status(self, state: str, outcome: Outcome | None) -> dict[str, Any]:
        status: dict[str, Any] = {"State": state, "SubmissionDateTime": self.submitted.at}
        if outcome is not None and self.ended is not None:
            status["CompletionDateTime"] = self.ended.at
            if outcome.reason:
                status["StateChangeReason"] = outcome.reason
            if outcome.error is not None:
                status["AthenaError"] = dict(outcome.error)
        return status

    def _statistics(self, now: float, outcome: Outcome | None) -> dict[str, Any]:
        statistics: dict[str, Any] = {
            **self.timeline(now),
            "DataScannedInBytes": self.scanned(now),
        }
        if outcome is not None:
            statistics["ResultReuseInformation"] = {"ReusedPreviousResult": outcome.reused}
            if outcome.manifest:
                statistics["DataManifestLocation"] = outcome.manifest
        return statistics


def _milliseconds(seconds: float) -> int:
    return int(seconds * _MILLISECONDS)
