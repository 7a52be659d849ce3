"""The command line's flags as a table: parser, help, completions and documentation read it."""

from __future__ import annotations

from typing import Final

from athena_shell.config.flag import Effect, Flag

_INPUT: Final = "What to run"
_WHERE: Final = "Where and who"
_RESULTS: Final = "Results"
_SCRIPTS: Final = "Scripts"
_OTHER: Final = "Other"


def _source(names: tuple[str, ...], metavar: str, summary: str, hint: str = "") -> Flag:
    target = names[-1].lstrip("-")
    return Flag(
        names, summary, Effect.SOURCE, target, metavar, group=_INPUT, repeats=True, hint=hint
    )


def _parameter(names: tuple[str, ...], target: str, metavar: str, summary: str) -> Flag:
    hint = names[-1].lstrip("-")
    return Flag(names, summary, Effect.PARAMETER, target, metavar, group=_WHERE, hint=hint)


def _look(names: tuple[str, ...], chosen: str, summary: str) -> Flag:
    return Flag(names, summary, Effect.SETTING, "format", value=chosen, group=_RESULTS)


def _script_switch(name: str, summary: str) -> Flag:
    target = name.removeprefix("--").replace("-", "_")
    return Flag((name,), summary, Effect.OPTION, target, group=_SCRIPTS)


def _report(name: str, summary: str) -> Flag:
    target = name.removeprefix("--")
    return Flag((name,), summary, Effect.OPTION, target, "FILE", group=_SCRIPTS, hint="file")


FLAGS: Final = (
    _source(("-c", "--command"), "SQL", "Run this text; may be repeated, in order with files"),
    _source(("-f", "--file"), "FILE", "Run this script; - is standard input", "file"),
    Flag(
        ("-p", "--profile"),
        "Use this profile of the configuration file",
        Effect.OPTION,
        "profile",
        "NAME",
        group=_WHERE,
        hint="profile",
    ),
    Flag(
        ("--config",),
        "Use this configuration file",
        Effect.OPTION,
        "config",
        "FILE",
        group=_WHERE,
        hint="file",
    ),
    Flag(
        ("--local",),
        "Use the embedded endpoint; the files below DIR become its tables",
        Effect.OPTION,
        "local",
        "DIR",
        group=_WHERE,
        optional=True,
        hint="directory",
    ),
    Flag(
        ("--dsn",),
        "Use this data source of odbc.ini",
        Effect.OPTION,
        "dsn",
        "NAME",
        group=_WHERE,
    ),
    Flag(
        ("--connection-string-file",),
        "Use the ODBC connection string or JDBC URL in this file, - for stdin",
        Effect.OPTION,
        "connection_string_file",
        "FILE",
        group=_WHERE,
        hint="file",
    ),
    Flag(
        ("--connection-string",),
        "The same, given here; only without secrets",
        Effect.OPTION,
        "connection_string",
        "TEXT",
        group=_WHERE,
    ),
    _parameter(("-d", "--database"), "Schema", "NAME", "Start in this database"),
    _parameter(("--catalog",), "Catalog", "NAME", "Start in this data catalog"),
    _parameter(("-w", "--workgroup"), "Workgroup", "NAME", "Run queries in this workgroup"),
    _parameter(("--region",), "AwsRegion", "REGION", "Use this AWS region"),
    _parameter(("--output-location",), "S3OutputLocation", "S3_URL", "Where Athena keeps results"),
    Flag(
        ("--format",),
        "Format of results: table, vertical, csv, tsv, json, jsonl, markdown, …",
        Effect.SETTING,
        "format",
        "FORMAT",
        group=_RESULTS,
        hint="format",
    ),
    _look(("--csv",), "csv", "Write results as csv"),
    _look(("-A", "--no-align"), "plain", "Write bare values, no frame: --format plain"),
    Flag(
        ("-x", "--expanded"),
        "Show each row as a record",
        Effect.SETTING,
        "expanded",
        value="on",
        group=_RESULTS,
    ),
    Flag(
        ("-t", "--tuples-only"),
        "Leave the names of columns out",
        Effect.SETTING,
        "tuples_only",
        value="on",
        group=_RESULTS,
    ),
    Flag(
        ("-F", "--field-separator"),
        r"Put this between the values of plain and csv, such as ; or \t",
        Effect.SETTING,
        "field_separator",
        "CHARACTER",
        group=_RESULTS,
    ),
    Flag(
        ("-o", "--output"),
        "Write the result to FILE, whole or not at all",
        Effect.OPTION,
        "output",
        "FILE",
        group=_RESULTS,
        hint="file",
    ),
    Flag(
        ("--force",),
        "Replace files that exist",
        Effect.OPTION,
        "force",
        group=_RESULTS,
    ),
    Flag(
        ("--unload",),
        "With -o FILE.parquet: Athena itself writes the Parquet (UNLOAD)",
        Effect.OPTION,
        "unload",
        group=_RESULTS,
    ),
    Flag(
        ("--csv-safe",),
        "Guard csv and tsv cells that a spreadsheet would run as formulas",
        Effect.SETTING,
        "csv_safe",
        value="on",
        group=_RESULTS,
    ),
    Flag(
        ("-P", "--pset", "--set"),
        r"Change any setting, as \set does; psql's names are known, as border=1",
        Effect.SETTING,
        "",
        "NAME=VALUE",
        group=_RESULTS,
        repeats=True,
        hint="setting",
    ),
    Flag(
        ("-v", "--variable"),
        "Set a variable; :'name' in the script becomes its value",
        Effect.VARIABLE,
        "variables",
        "NAME=VALUE",
        group=_SCRIPTS,
        repeats=True,
    ),
    Flag(
        ("--env-var",),
        "Take a variable from the environment, by its name",
        Effect.NAMES,
        "environment_variables",
        "NAME",
        group=_SCRIPTS,
        repeats=True,
    ),
    _script_switch("--raw-variables", "Replace bare :name too, without quotes"),
    Flag(
        ("--on-error",),
        "After a failed statement: stop (default) or continue",
        Effect.SETTING,
        "on_error",
        "WHAT",
        group=_SCRIPTS,
        hint="on_error",
    ),
    Flag(
        ("--timeout",),
        "Stop a statement that takes longer, such as 90s or 10m",
        Effect.SETTING,
        "timeout",
        "TIME",
        group=_SCRIPTS,
    ),
    Flag(
        ("--max-scan",),
        "Stop a statement that has scanned more, such as 50GB",
        Effect.SETTING,
        "max_scan_per_query",
        "SIZE",
        group=_SCRIPTS,
    ),
    Flag(
        ("--parallel",),
        r"Run up to N statements between \barrier lines at once",
        Effect.OPTION,
        "parallel",
        "N",
        group=_SCRIPTS,
    ),
    _script_switch("--dry-run", "Show and validate what would be sent; run nothing"),
    _script_switch("--read-only", "Refuse every statement that may write"),
    _script_switch("--yes", "Say yes: to writes in production, to high estimates"),
    _script_switch("--resume", "Go on where the last run of the same scripts broke off"),
    _report("--stats", "Write one JSON object for each statement to FILE"),
    _report("--junit", "Write a JUnit report to FILE"),
    _script_switch("--github-summary", "Add a table to GitHub's step summary"),
    Flag(
        ("-q", "--quiet"),
        "Say nothing but errors",
        Effect.OPTION,
        "quiet",
        group=_SCRIPTS,
    ),
    Flag(
        ("--verbose",),
        "Show each statement as it starts",
        Effect.OPTION,
        "verbose",
        group=_SCRIPTS,
    ),
    Flag(
        ("--unrestricted",),
        "Let scripts write files and include any; programs they never start",
        Effect.OPTION,
        "unrestricted",
        group=_SCRIPTS,
    ),
    Flag(
        ("--attach",),
        "Watch a started query to its end and show its result",
        Effect.OPTION,
        "attach",
        "QUERY_ID",
        group=_OTHER,
    ),
    Flag(
        ("--show-config",),
        "Show every effective value with its origin, secrets masked",
        Effect.MODE,
        "show-config",
        group=_OTHER,
    ),
    Flag(
        ("--as",),
        "How --show-config prints: table, profile, odbc, jdbc, json",
        Effect.OPTION,
        "show_as",
        "FORM",
        group=_OTHER,
        hint="show_as",
    ),
    Flag(
        ("--check",),
        "Try the profile step by step",
        Effect.MODE,
        "check",
        group=_OTHER,
    ),
    Flag(
        ("--json",),
        "Answer --check and --show-config in JSON",
        Effect.OPTION,
        "json",
        group=_OTHER,
    ),
    Flag(
        ("--serve",),
        "Serve the embedded endpoint to other programs on 127.0.0.1",
        Effect.OPTION,
        "serve",
        "PORT",
        group=_OTHER,
        optional=True,
        hint="port",
    ),
    Flag(
        ("--init",),
        "Write a first profile by asking, then try it",
        Effect.MODE,
        "init",
        group=_OTHER,
    ),
    Flag(
        ("--completion",),
        "Print the completion of the command line for bash, zsh or fish",
        Effect.OPTION,
        "completion",
        "SHELL",
        group=_OTHER,
        hint="shell",
    ),
    Flag(
        ("--man",),
        "Print the manual page",
        Effect.MODE,
        "man",
        group=_OTHER,
    ),
    Flag(
        ("--spec",),
        "Print flags, commands, settings, formats and parameters as JSON",
        Effect.MODE,
        "spec",
        group=_OTHER,
    ),
    Flag(
        ("--debug",),
        "Show what happens, without secrets, and tracebacks",
        Effect.OPTION,
        "debug",
        group=_OTHER,
    ),
)
"""Every flag that the parser knows."""

EVERY_FLAG: Final = (
    *FLAGS,
    Flag(("-h", "--help"), "Show the flags and the exit codes", Effect.MODE, "help", group=_OTHER),
    Flag(("-V", "--version"), "Show the version", Effect.MODE, "version", group=_OTHER),
)
"""Every flag; the last two are answered before anything is parsed or loaded."""
