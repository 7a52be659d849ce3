"""The error tree: every failure the program expects, with its exit code.

AthenaShellError
├── ConfigError            a file, section, key, flag or value is wrong
├── AuthError              no session could be had, or the service refused it
│   └── LoginRequired      only a person can help: a new token is needed
├── ServiceError           a service was unreachable or refused a call
├── QueryError             a started query did not succeed
│   ├── QueryFailed        Athena says FAILED, or somebody else stopped it
│   ├── QueryCancelled     the user stopped it
│   └── QueryTimedOut      the shell stopped it at the user's time limit
├── CostRefused            a limit the user set forbids it
├── CommandError           a backslash command was used wrongly
├── ScriptError            a script cannot be read or split
├── ResultError            a result could not be read whole
├── OutputError            a result or an export could not be written
└── PluginError            a named plugin cannot be loaded

Library and service exceptions are translated into these once, at the border where they arrive, with
the cause kept (``raise … from error``). Only the command line and the interactive loop catch the
base class.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from athena_shell.core.model import QueryExecution


class ExitCode(IntEnum):
    """What the process tells its caller; listed in ``athena-shell --help``."""

    OK = 0
    QUERY_FAILED = 1
    USAGE = 2
    CONNECTION = 3
    TIMEOUT = 4
    COST_REFUSED = 5
    OUTPUT = 6
    HANGUP = 129
    INTERRUPTED = 130
    TERMINATED = 143


class AthenaShellError(Exception):
    """A failure the program expects.

    Args:
        message: one sentence that says what is wrong; holds no secret.
        hint: the next step for the user, or an empty string.
        code: the service's own error code, such as ``InvalidIdentityToken``.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.QUERY_FAILED

    def __init__(self, message: str, hint: str = "", *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


class ConfigError(AthenaShellError):
    """A configuration file, a flag or a value is wrong."""

    exit_code = ExitCode.USAGE


class AuthError(AthenaShellError):
    """No role session could be obtained, or a service refused the one we have."""

    exit_code = ExitCode.CONNECTION


class LoginRequired(AuthError):
    """Only a person can help: the token has expired and nothing can yield a new one."""


class ServiceError(AthenaShellError):
    """A service could not be reached or refused a call.

    Args:
        transient: whether the same call may succeed later, so that repeating it is worth while.
    """

    exit_code = ExitCode.CONNECTION

    def __init__(
        self, message: str, hint: str = "", *, code: str = "", transient: bool = False
    ) -> None:
        super().__init__(message, hint, code=code)
        self.transient = transient


class QueryError(AthenaShellError):
    """A query did not succeed; ``query_id`` is empty when it was never started.

    Args:
        execution: how it ended, ``None`` where that was not seen.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        code: str = "",
        query_id: str = "",
        execution: QueryExecution | None = None,
    ) -> None:
        super().__init__(message, hint, code=code)
        self.query_id = query_id
        self.execution = execution


class QueryFailed(QueryError):
    """Athena refused the statement or reports FAILED, or somebody else stopped the query."""


class QueryCancelled(QueryError):
    """The query was stopped by its user."""

    exit_code = ExitCode.INTERRUPTED


class QueryTimedOut(QueryError):
    """The shell stopped the query at the user's own time limit."""

    exit_code = ExitCode.TIMEOUT


class CostRefused(QueryError):
    """A limit the user set forbids the statement, before or while it runs."""

    exit_code = ExitCode.COST_REFUSED


class CommandError(AthenaShellError):
    """A backslash command is unknown or was used wrongly."""

    exit_code = ExitCode.USAGE


class ScriptError(AthenaShellError):
    """A script cannot be read or split.

    Args:
        source: the file's name as the user gave it.
        line: 1-based, 0 when the whole file is meant.
        column: 1-based, 0 when the whole line is meant.
    """

    exit_code = ExitCode.USAGE

    def __init__(
        self, message: str, hint: str = "", *, source: str = "", line: int = 0, column: int = 0
    ) -> None:
        super().__init__(message, hint)
        self.source = source
        self.line = line
        self.column = column


class ResultError(AthenaShellError):
    """A finished query's result could not be read whole."""

    exit_code = ExitCode.OUTPUT


class OutputError(AthenaShellError):
    """A result or an export could not be written; nothing partial is left behind."""

    exit_code = ExitCode.OUTPUT


class PluginError(AthenaShellError):
    """A plugin that the user named cannot be loaded."""

    exit_code = ExitCode.USAGE
