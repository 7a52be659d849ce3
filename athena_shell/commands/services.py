"""What commands work with, handed in so that a test can hand in fakes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from athena_shell.core.credentials import Credentials
from athena_shell.core.ports import Clock, Engine, Metadata, SavedWork
from athena_shell.core.records import dataclass
from athena_shell.query.overruled import Overruled

if TYPE_CHECKING:
    from athena_shell.athena.stages import RunStatistics
    from athena_shell.completion.names import Names
    from athena_shell.completion.saved_names import SavedNames
    from athena_shell.core.model import Part, QueryExecution
    from athena_shell.output.registry import FormatterRegistry
    from athena_shell.query.cost import Price
    from athena_shell.query.estimate import Estimator
    from athena_shell.query.journal import Journal
    from athena_shell.query.runner import QueryRunner


class Authentication(Protocol):
    """The session's login: who, for how long, again, no more."""

    @property
    def description(self) -> str:
        """Say how credentials are obtained, without any secret."""

    @property
    def can_replace_token(self) -> bool:
        """Whether a person may hand in a new token."""

    @property
    def can_log_in(self) -> bool:
        """Whether ``login`` can send a person to a browser."""

    @property
    def is_renewing(self) -> bool:
        """Whether a session is being obtained at this moment."""

    def login(self) -> Credentials:
        """Renew; where only a person can help, let them log in in a browser.

        For the main thread only; raises LoginRequired when there is no such way.
        """

    def status(self) -> Credentials | None:
        """Return the credentials in memory, without any network."""

    def current(self) -> Credentials:
        """Return usable credentials, renewing them when needed."""

    def renew(self) -> Credentials:
        """Obtain fresh credentials now; raises AuthError or LoginRequired."""

    def replace_token(self, text: str) -> None:
        """Use this token from now on; raises AuthError for an unusable one."""

    def forget(self) -> None:
        """Drop credentials and tokens from memory and disk."""


class HistoryReader(Protocol):
    """What was typed, newest first, in this and other shells."""

    def dated(self) -> Iterable[tuple[datetime, str]]:
        """Yield the entries with the moments they were typed, newest first."""


@dataclass(frozen=True)
class Connection:
    """What talks to AWS under one profile; made behind the first prompt.

    Args:
        engine: the query service.
        metadata: the catalog.
        runner: runs statements.
        names: the catalog's names, for completion.
        authentication: the login.
        journal: what was asked of Athena by all shells.
        price: what scanning costs; ``None`` where nothing is billed.
        estimator: says what a statement would scan, by free means.
        statistics: returns a query's stages by its id.
        parts: returns the files that an UNLOAD has written.
        way_of: says how a query's result was read here, by its id.
        saved: named queries and prepared statements.
        saved_names: their names, for completion.
        overruled: tells which wishes for result objects a workgroup does not heed.
        list_price: what scanning costs where the settings name no price.
    """

    engine: Engine
    metadata: Metadata
    runner: QueryRunner
    names: Names
    authentication: Authentication
    journal: Journal
    price: Price | None = None
    estimator: Estimator | None = None
    statistics: Callable[[str], RunStatistics] | None = None
    parts: Callable[[QueryExecution], Sequence[Part]] | None = None
    way_of: Callable[[str], str] | None = None
    saved: SavedWork | None = None
    saved_names: SavedNames | None = None
    overruled: Overruled = field(default_factory=Overruled)
    list_price: Price | None = None


@dataclass(frozen=True)
class Services:
    """All that a command may use.

    Args:
        connect: returns the connection, waiting for it when it is still being made; raises
            AuthError, ConfigError or ServiceError when it cannot be made.
        formatters: the output formats by name.
        clock: the time.
        environment: the environment variables.
        directory: the working directory.
        history: what was typed; empty in a script.
        profiles: the names of the profiles there are.
        snippets: the folder of the kept statements; ``None`` where there are none.
        check: tries a profile by its name and yields a line for each step; ``None`` in a script.
        unwatch: tells whoever watches queries in the background that the end of one was told.
    """

    connect: Callable[[], Connection]
    formatters: FormatterRegistry
    clock: Clock
    environment: Mapping[str, str]
    directory: Path
    history: HistoryReader | None = None
    profiles: Sequence[str] = ()
    snippets: Path | None = None
    check: Callable[[str], Iterable[str]] | None = None
    unwatch: Callable[[str], None] = lambda _: None
