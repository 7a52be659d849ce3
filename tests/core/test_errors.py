"""The error tree and the exit codes it promises."""

from __future__ import annotations

from athena_shell.core import errors
from athena_shell.core.errors import AthenaShellError, ExitCode


def leaves(kind: type[AthenaShellError]) -> list[type[AthenaShellError]]:
    found = [kind]
    for child in kind.__subclasses__():
        found += leaves(child)
    return found


def test_every_error_is_drawn_in_the_tree_with_its_exit_code() -> None:
    codes = {
        kind.__name__: kind.exit_code
        for kind in leaves(AthenaShellError)
        if kind.__module__ == errors.__name__
    }
    assert codes == {
        "AthenaShellError": ExitCode.QUERY_FAILED,
        "ConfigError": ExitCode.USAGE,
        "AuthError": ExitCode.CONNECTION,
        "LoginRequired": ExitCode.CONNECTION,
        "ServiceError": ExitCode.CONNECTION,
        "QueryError": ExitCode.QUERY_FAILED,
        "QueryFailed": ExitCode.QUERY_FAILED,
        "QueryCancelled": ExitCode.INTERRUPTED,
        "QueryTimedOut": ExitCode.TIMEOUT,
        "CostRefused": ExitCode.COST_REFUSED,
        "CommandError": ExitCode.USAGE,
        "ScriptError": ExitCode.USAGE,
        "ResultError": ExitCode.OUTPUT,
        "OutputError": ExitCode.OUTPUT,
        "PluginError": ExitCode.USAGE,
    }
    tree = errors.__doc__ or ""
    assert [name for name in codes if name not in tree] == []


def test_exit_codes_are_the_published_numbers() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0,
        "QUERY_FAILED": 1,
        "USAGE": 2,
        "CONNECTION": 3,
        "TIMEOUT": 4,
        "COST_REFUSED": 5,
        "OUTPUT": 6,
        "HANGUP": 129,
        "INTERRUPTED": 130,
        "TERMINATED": 143,
    }


def test_parts_of_an_error_stay_apart() -> None:
    error = errors.QueryFailed("no such table", "list them with \\dt", code="X", query_id="q-1")
    assert (str(error), error.message, error.hint, error.code, error.query_id) == (
        "no such table",
        "no such table",
        "list them with \\dt",
        "X",
        "q-1",
    )
