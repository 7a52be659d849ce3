"""The ports: what one room asks of another, so that fakes fit on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from athena_shell.core.credentials import Credentials, Token
    from athena_shell.core.model import (
        Database,
        Intent,
        QueryExecution,
        ResultSet,
        Table,
        Workgroup,
    )
    from athena_shell.core.saved import NamedQuery, PreparedStatement


class Clock(Protocol):
    """Time, injected: the real one lives in the composition root."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start, never going back."""

    def sleep(self, seconds: float) -> None:
        """Pause the calling thread."""


class TokenSource(Protocol):
    """What yields a JSON web token afresh at each call."""

    @property
    def description(self) -> str:
        """Say where tokens come from, such as ``file /run/token``, without any secret."""

    @property
    def renewable(self) -> bool:
        """Whether a later call can yield another token without a person's help."""

    def obtain(self) -> Token:
        """Return a token; raises AuthError, or LoginRequired when only a person can help."""


class CredentialProvider(Protocol):
    """What obtains a role session's credentials."""

    @property
    def description(self) -> str:
        """Say how credentials are obtained, without any secret."""

    def obtain(self) -> Credentials:
        """Return fresh credentials; raises AuthError, ServiceError or ConfigError.

        May be called on any thread, so it never prompts.
        """


class Engine(Protocol):
    """The query service: start, describe, fetch, stop."""

    def start(self, intent: Intent) -> str:
        """Start a query and return its id.

        Repeating the call with the same intent never starts a second query. Raises QueryFailed
        when Athena refuses the statement, ServiceError or AuthError otherwise.
        """

    def describe(self, query_id: str) -> QueryExecution:
        """Return the execution as it stands; ServiceError.transient tells bad weather."""

    def describe_many(self, query_ids: Sequence[str]) -> Mapping[str, QueryExecution]:
        """Return the executions that are known, by id; up to 50 ids a service call."""

    def stop(self, query_id: str) -> None:
        """Ask for a stop; an already ended query is no error. An empty id is a ValueError."""

    def fetch(self, execution: QueryExecution) -> ResultSet:
        """Open the result of a succeeded query; pages are fetched as they are read."""

    def recent(self, workgroup: str, limit: int) -> Iterable[str]:
        """Yield ids of the workgroup's executions, newest first."""


class Metadata(Protocol):
    """The catalog, read by free calls only: nothing here ever starts a query."""

    def catalogs(self) -> Sequence[str]:
        """Return the data catalogs' names."""

    def databases(self, catalog: str) -> Sequence[Database]:
        """Return the catalog's databases by name."""

    def database(self, catalog: str, name: str) -> Database:
        """Return one database; raises CommandError when it does not exist."""

    def tables(self, catalog: str, database: str) -> Sequence[Table]:
        """Return the database's tables and views with their columns, by name."""

    def table(self, catalog: str, database: str, name: str) -> Table:
        """Return one table; raises CommandError when it does not exist."""

    def workgroups(self) -> Sequence[str]:
        """Return the workgroups' names."""

    def workgroup(self, name: str) -> Workgroup:
        """Return one workgroup's rules."""


class SavedWork(Protocol):
    """What a workgroup keeps for all its users; reading and writing it is free of charge."""

    def named(self, workgroup: str) -> Sequence[NamedQuery]:
        """Return the workgroup's named queries by name."""

    def keep(self, query: NamedQuery, workgroup: str, token: str) -> str:
        """Save a new named query and return its id.

        Repeating the call with the same token never saves a second one.
        """

    def change(self, query: NamedQuery) -> None:
        """Give the named query of this id another name, text and description."""

    def forget(self, query_id: str) -> None:
        """Delete a named query."""

    def prepared_names(self, workgroup: str) -> Sequence[str]:
        """Return the names of the workgroup's prepared statements."""

    def prepared(self, workgroup: str) -> Sequence[PreparedStatement]:
        """Return the workgroup's prepared statements by name."""

    def drop_prepared(self, workgroup: str, name: str) -> None:
        """Delete a prepared statement; raises CommandError when there is none of that name."""
