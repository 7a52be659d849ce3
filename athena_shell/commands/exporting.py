"""Results into files by command."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from athena_shell.commands.arguments import without_semicolon, words
from athena_shell.commands.files import in_directory
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Outcome
from athena_shell.commands.registry import Command
from athena_shell.commands.request import Copy, Export
from athena_shell.core.errors import CommandError
from athena_shell.output.transfer import format_for

_SUBJECT: Final = "Files"
_OPTION: Final = re.compile(r"\s*(--force|--unload|--format(?:=|\s+)(?P<format>\S+))(?=\s|$)")
_WORD: Final = re.compile(r"""\s*((?:[^\s'"`]|'(?:[^']|'')*'|"(?:[^"]|"")*")+)""")
_PIECE: Final = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|[()]|[^'"()/-]+|.""", re.DOTALL
)
_TO: Final = re.compile(r"\s*(?P<way>to|from)\s+(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_OPTION_WORD: Final = re.compile(r"[^\s(),=]+")
_HEADER_OPTIONS: Final = frozenset({"with", "format", "header", "on", "true"})
_NO_QUOTING: Final = r"Every csv value is quoted but NULL; \help formats tells more."
_ABSENT_OPTIONS: Final = {
    "delimiter": r"\f CHARACTER parts the values of csv.",
    "null": "A missing value is nothing at all in csv, an empty text is two quotes.",
    "quote": _NO_QUOTING,
    "escape": _NO_QUOTING,
    "force_quote": _NO_QUOTING,
    "force": _NO_QUOTING,
    "encoding": "All text is UTF-8.",
    "binary": "Formats such as parquet are binary: name one of them.",
    "false": r"\t on leaves the names of columns out.",
    "off": r"\t on leaves the names of columns out.",
}
_COPY_HINT: Final = r"Write \copy (SELECT …) to 'file.csv', or several queries to 'file-{n}.csv'."


def _export(invocation: Invocation) -> Outcome:
    rest = without_semicolon(invocation.arguments)
    path, options = "", set()
    format_name = ""
    while True:
        option = _OPTION.match(rest)
        if option is None and rest.lstrip().startswith("--"):
            raise _no_option(rest.split()[0], invocation.command.usage)
        if option is None and path:
            break
        found = option or _WORD.match(rest)
        if found is None:
            invocation.exactly(1)
            raise CommandError(r"\export needs a file.", f"Usage: {invocation.command.usage}")
        if option is None:
            path = words(found[1])[0]
        elif option["format"]:
            format_name = option["format"]
        else:
            options.add(option[1])
        rest = rest[found.end() :]
    text = rest.strip()
    target = in_directory(invocation, path)
    unload = "--unload" in options
    return Outcome(
        request=_checked(
            invocation, Export(target, "--force" in options, text, format_name, unload)
        )
    )


def _no_option(word: str, usage: str) -> CommandError:
    if word == "--format":
        return CommandError("--format needs a name.", r"\format lists the formats.")
    return CommandError(f"\\export has no option {word}.", f"Usage: {usage}")


def _checked(invocation: Invocation, export: Export) -> Export:
    """Refuse what cannot become a file before anything is run for it."""
    if not export.unload:
        format_for(invocation.services.formatters, export.path, export.format)
    elif export.format not in {"", "parquet"} or (
        export.path.suffix.lower() not in {".parquet", ".pq"} and not _is_folder(export.path)
    ):
        raise CommandError(
            f"--unload gives Parquet, and {export.path.name} is to be something else.",
            "End the name in .parquet, or name a directory for the parts.",
        )
    return export


def _is_folder(path: Path) -> bool:
    return path.is_dir()


def _copy(invocation: Invocation) -> Outcome:
    queries, rest = _queries(invocation.arguments)
    to = _TO.fullmatch(rest)
    if not queries or to is None:
        raise CommandError(r"\copy needs a query and a file.", _COPY_HINT)
    if to["way"].lower() == "from":
        raise CommandError(
            r"\copy … from is not there: Athena takes rows from files in S3.",
            "Put the file into a table's location, or write INSERT INTO … VALUES.",
        )
    named = words(to["rest"].strip().removesuffix(";"))
    force = "--force" in named
    target, *more = [word for word in named if word != "--force"]
    _require_file(target)
    format_name = _format_in(" ".join(more))
    paths = _paths(target, len(queries))
    exports = [
        _checked(invocation, Export(in_directory(invocation, path), force, query, format_name))
        for query, path in zip(queries, paths, strict=True)
    ]
    return Outcome(request=Copy(tuple(exports)))


def _require_file(target: str) -> None:
    """Refuse what psql takes in place of a file; raises CommandError with the way here."""
    kind = target.lower()
    if kind in {"stdout", "pstdout"}:
        raise CommandError(
            rf"\copy … to {kind} is not there: results go to the standard output anyway.",
            r"\format csv and the query do so, athena-shell --csv -c 'SELECT …' in scripts.",
        )
    if kind == "program":
        raise CommandError(
            r"\copy … to program is not there.",
            r"SELECT … \g | COMMAND sends one result to a program.",
        )


def _format_in(options: str) -> str:
    """Return the format that psql's options name, as ``with (format csv, header true)`` does."""
    names = [word.lower() for word in _OPTION_WORD.findall(options)]
    chosen = [word for word in names if word not in _HEADER_OPTIONS]
    for word in chosen:
        if word in _ABSENT_OPTIONS:
            raise CommandError(rf"\copy has no option {word}.", _ABSENT_OPTIONS[word])
    return chosen[0] if chosen else ""


def _paths(target: str, count: int) -> list[str]:
    if "{n}" in target:
        return [target.replace("{n}", str(number)) for number in range(1, count + 1)]
    if count > 1:
        raise CommandError(
            f"{count} results do not fit into {target}.",
            "Write {n} where each file's number goes, such as 'part-{n}.csv'.",
        )
    return [target]


def _queries(text: str) -> tuple[Sequence[str], str]:
    """Return the queries in parentheses, or a table's name as one, and what comes behind them."""
    found: list[str] = []
    rest = text.strip()
    if not rest.startswith("("):
        table, _, behind = rest.partition(" ")
        whole = f"SELECT * FROM {table}"  # noqa: S608 - the user's own words, as psql takes them
        return ([whole] if behind else []), behind
    while rest.startswith("("):
        end = _closing(rest)
        found.append(without_semicolon(rest[1:end].strip()))
        if not found[-1]:
            raise CommandError("There is nothing in the brackets.", _COPY_HINT)
        rest = rest[end + 1 :].lstrip().removeprefix(",").lstrip()
    return found, rest


def _closing(text: str) -> int:
    """Return where the parenthesis that opens the text is closed."""
    depth = 0
    for at, piece in _pieces(text):
        depth += (piece == "(") - (piece == ")")
        if piece == ")" and not depth:
            return at
    raise CommandError("A parenthesis is not closed.", _COPY_HINT)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    for piece in _PIECE.finditer(text):
        yield piece.start(), piece.group()


COMMANDS: Final = (
    Command(
        "export",
        r"\export FILE [--force] [--format NAME] [--unload] [QUERY]",
        "Write a query's result, or the last one, to a file",
        _export,
        (),
        _SUBJECT,
        r"\export one.csv SELECT 1 AS n",
        ("file", "statement"),
        script=False,
        ends_statement=True,
        details="The ending chooses the format. The file is whole or absent. A large csv is\n"
        "Athena's own result object, copied as it is. --unload has Athena write Parquet and\n"
        "fetches that; the parts stay in S3.",
    ),
    Command(
        "copy",
        r"\copy (QUERY) [(QUERY) …] to 'FILE' [FORMAT] [--force]",
        "Write the results of queries to files",
        _copy,
        (),
        _SUBJECT,
        r"\copy (SELECT 1 AS n) (SELECT 2 AS n) to 'part-{n}.csv'",
        ("statement", "words:to", "file", "format"),
        script=False,
        details="As psql's, to files only; a table's name may stand for a query. With several\n"
        "queries {n} in the name is each file's number. Nothing is run when a file exists\n"
        "already or its format is unknown.",
    ),
)
