"""What the command line asks for, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from athena_shell.core.records import dataclass

FORMS: Final = ("table", "profile", "odbc", "jdbc", "json")
"""How ``--show-config`` can print."""


class Mode(StrEnum):
    """What the program is to do."""

    RUN = "run"
    SHOW_CONFIG = "show-config"
    CHECK = "check"
    ATTACH = "attach"
    INIT = "init"
    SPEC = "spec"
    MAN = "man"
    SERVE = "serve"
    COMPLETION = "completion"


class Source(NamedTuple):
    """One input: a script file (``-`` is stdin) or a text given with ``-c``."""

    text: str
    is_file: bool = True


class ScriptOptions(NamedTuple):
    r"""How a script run differs from the plain one.

    Args:
        variables: values of ``-v name=value`` and ``--env-var NAME``.
        raw_variables: whether bare ``:name`` is replaced too.
        unrestricted: whether scripts may write files and include any.
        parallel: how many statements between two barriers run at once.
        stats: file for one JSON object per statement.
        junit: file for a JUnit report.
        unload: whether Athena itself writes the results of queries, as Parquet.
        github_summary: whether a table goes to GitHub's step summary.
        verbosity: -1 quiet, 0 normal, 1 verbose.
    """

    variables: Mapping[str, str] = MappingProxyType({})
    environment_variables: tuple[str, ...] = ()
    raw_variables: bool = False
    unrestricted: bool = False
    dry_run: bool = False
    yes: bool = False
    read_only: bool = False
    resume: bool = False
    unload: bool = False
    parallel: int = 1
    stats: str = ""
    junit: str = ""
    github_summary: bool = False
    verbosity: int = 0


@dataclass(frozen=True, eq=False)
class Options:
    """The command line, parsed.

    Args:
        mode: what to do.
        sources: the inputs in the order given; none means the shell, or stdin when it is no tty.
        profile: the profile's name, empty when not given.
        config: the configuration file named by ``--config``.
        local: whether to use the embedded endpoint.
        local_data: the directory whose files become tables.
        parameters: profile parameters given as flags, by canonical name.
        settings: settings given as flags, by name.
        output: the file named by ``-o``.
        force: whether existing output files are replaced.
        port: the port of ``--serve``; 0 lets the system choose.
        completion: the shell whose completion is to be printed.
        attach: the query id of ``--attach``.
        connection_string: text given with ``--connection-string``; never holds a secret.
        connection_string_file: file (``-`` is stdin) that holds one.
        dsn: the data source name of an ``odbc.ini``.
        show_as: how ``--show-config`` prints: ``table``, ``profile``, ``odbc``, ``jdbc``, ``json``.
        json: whether ``--check`` answers in JSON.
        debug: whether tracebacks and our own debug log are shown.
    """

    mode: Mode = Mode.RUN
    sources: tuple[Source, ...] = ()
    profile: str = ""
    config: Path | None = None
    local: bool = False
    local_data: Path | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    output: str = ""
    force: bool = False
    attach: str = ""
    port: int = 0
    completion: str = ""
    connection_string: str = ""
    connection_string_file: str = ""
    dsn: str = ""
    show_as: str = "table"
    json: bool = False
    debug: bool = False
    script: ScriptOptions = field(default_factory=ScriptOptions)
