"""Athena's whole interface: each operation's name and what answers it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from athena_shell.local.athena_catalog import CatalogOperations
from athena_shell.local.athena_groups import GroupOperations
from athena_shell.local.athena_queries import QueryOperations
from athena_shell.local.athena_saved import NamedOperations, PreparedOperations
from athena_shell.local.clock import Clock
from athena_shell.local.executions import Executions
from athena_shell.local.ledger import Ledger
from athena_shell.local.prepared import PreparedStatements
from athena_shell.local.query_work import QueryWork, SqlEngine
from athena_shell.local.workgroups import DEMONSTRATION, WorkGroups

Operation = Callable[[dict[str, Any]], dict[str, Any]]


class AthenaApi:
    """Athena, answered by the SQL engine.

    Args:
        engine: runs SQL and knows the catalog.
        clock: dates and times everything.
        ledger: what tests compare with.
        private: a directory for what S3 does not show.
    """

    def __init__(self, engine: SqlEngine, clock: Clock, ledger: Ledger, private: Path) -> None:
        prepared = PreparedStatements()
        self.groups = WorkGroups(DEMONSTRATION, clock.now())
        work = QueryWork(engine, prepared, clock, private)
        queries = QueryOperations(engine, self.groups, clock, work, ledger)
        self.executions: Executions = queries.executions
        self.operations: dict[str, Operation] = {
            **queries.operations(),
            **CatalogOperations(engine).operations(),
            **GroupOperations(self.groups, clock).operations(),
            **NamedOperations(self.groups).operations(),
            **PreparedOperations(prepared, self.groups, clock).operations(),
        }
