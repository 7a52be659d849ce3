"""Help while writing: functions, keywords, tidy text, plans, checks that cost nothing."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from athena_shell.commands import syntax, travelling
from athena_shell.commands.files import in_directory
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.names import is_pattern, known_table
from athena_shell.commands.outcome import Outcome, listing
from athena_shell.commands.registry import Command
from athena_shell.commands.relations import is_iceberg
from athena_shell.commands.request import Check, Delivery, EndStatement, RunStatement
from athena_shell.core.errors import CommandError
from athena_shell.sql.variables import quote_name
from athena_shell.sql.vocabulary import functions

_SUBJECT: Final = "Writing"


def _function(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    known = functions()
    wanted = words[0].lower().rstrip("()") if words else ""
    pattern = wanted if is_pattern(wanted) else f"*{wanted}*"
    found = known.get(wanted) or tuple(
        form for name, forms in known.items() for form in forms if fnmatchcase(name, pattern)
    )
    if not found:
        near = get_close_matches(wanted, known, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else r"\hf lists all functions."
        raise CommandError(f"There is no function {wanted}.", hint)
    return listing(
        ("function", "returns", "summary"),
        ((form.signature, form.returns, form.summary) for form in found),
    )


def _end(delivery: Delivery) -> Outcome:
    return Outcome(request=EndStatement(delivery))


def _explain(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    return _end(Delivery.EXPLAIN)


def _analyze(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    last = invocation.situation.last_execution
    query_id = words[0] if words else last.id if last is not None else ""
    return Outcome(request=EndStatement(Delivery.ANALYZE, query_id))


def _estimate(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    return _end(Delivery.ESTIMATE)


def _check(invocation: Invocation) -> Outcome:
    text = invocation.arguments.strip()
    if text.lower() == "profile":
        return Outcome(request=Check(profile=True))
    return Outcome(request=Check(text.rstrip("; ")))


def _format(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    path = str(in_directory(invocation, words[0])) if words else ""
    return Outcome(request=EndStatement(Delivery.FORMATTED, path))


def _column_types(invocation: Invocation) -> Outcome:
    invocation.at_most(0)
    return _end(Delivery.TYPES)


def _ddl(invocation: Invocation) -> Outcome:
    (word,) = invocation.exactly(1)
    table = known_table(invocation, word)
    kind = "VIEW" if table.is_view else "TABLE"
    quote = quote_name if table.is_view else _backticked
    text = f"SHOW CREATE {kind} {quote(table.database)}.{quote(table.name)}"
    return Outcome(request=RunStatement(text, catalog=table.catalog))


def _backticked(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _partitions(invocation: Invocation) -> Outcome:
    words = invocation.at_most(2)
    if not words:
        invocation.exactly(1)
    newest = len(words) > 1 and words[1].lower() == "latest"
    if len(words) > 1 and not newest:
        invocation.at_most(1)
    table = known_table(invocation, words[0])
    names = ", ".join(quote_name(column.name) for column in table.partition_columns)
    order = ", ".join(f"{quote_name(column.name)} DESC" for column in table.partition_columns)
    if is_iceberg(table):
        # The catalog does not tell its keys; where there are none, the first column is a count.
        names, order = "*", "1 DESC"
    elif not names:
        return Outcome(message=f"{table.name} has no partitions.")
    source = f"{quote_name(table.database)}.{quote_name(table.name + '$partitions')}"
    limit = " LIMIT 1" if newest else ""
    text = f"SELECT {names} FROM {source} ORDER BY {order}{limit}"  # noqa: S608 - quoted names
    return Outcome(request=RunStatement(text, catalog=table.catalog))


COMMANDS: Final = (
    Command(
        "functions",
        r"\functions [NAME | PATTERN]",
        "Show functions with their arguments",
        _function,
        ("hf", "df"),
        _SUBJECT,
        r"\functions date_trunc",
        ("function",),
        details="Part of a name finds all that have it; so does a pattern such as date_*.",
    ),
    *syntax.COMMANDS,
    Command(
        "explain",
        r"\explain",
        "Show the statement's plan; costs nothing",
        _explain,
        (),
        _SUBJECT,
        r"SELECT 1 AS n \explain",
        ends_statement=True,
        details="A tree on the screen; rows of steps in formats such as json and csv. EXPLAIN\n"
        "itself shows Athena's own text.",
    ),
    Command(
        "analyze",
        r"\analyze [ID]",
        "Show how a query ran, or run the statement for it",
        _analyze,
        (),
        _SUBJECT,
        "SELECT 1 AS n;\n\\analyze",
        ("query_id",),
        ends_statement=True,
        details="Alone on a line: the last query's plan, or that of ID, with the rows, bytes and\n"
        "time of each stage; runs nothing. Behind a statement: EXPLAIN ANALYZE, which runs it and\n"
        "is billed like it, so limits and confirm_over count. Figures with ≈ are estimates.",
    ),
    Command(
        "check",
        r"\check [SQL | profile]",
        "Validate a statement, or try the profile; free",
        _check,
        (),
        _SUBJECT,
        "SELECT 1 AS n \\check\n\\check SELECT 1 AS n\n\\check",
        ("statement",),
        ends_statement=True,
        details="With no statement at all, \\check tries the profile step by step, as\n"
        "athena-shell --check does, and so does \\check profile; no statement is run then.",
    ),
    Command(
        "estimate",
        r"\estimate",
        "Say what the statement would scan at most",
        _estimate,
        (),
        _SUBJECT,
        r"SELECT * FROM orders \estimate",
        ends_statement=True,
        details="Uses free means only: EXPLAIN, the catalog and the sizes of files in S3. With\n"
        "the setting confirm_over, dearer statements are asked about.",
    ),
    Command(
        "gdesc",
        r"\gdesc",
        "Show the columns the statement would give",
        _column_types,
        (),
        _SUBJECT,
        r"SELECT 1 AS n \gdesc",
        ends_statement=True,
        details="Runs the statement with LIMIT 0 around it, which reads no rows.",
    ),
    Command(
        "fmt",
        r"\fmt [FILE]",
        "Tidy the statement, or show a file tidied",
        _format,
        (),
        _SUBJECT,
        r"SELECT 1 AS n \fmt",
        ("file",),
        script=False,
        ends_statement=True,
        details="The file itself is left as it is.",
    ),
    Command(
        "ddl",
        r"\ddl NAME",
        "Show the statement that makes a table or view",
        _ddl,
        ("sv",),
        _SUBJECT,
        r"\ddl orders",
        ("table",),
    ),
    Command(
        "partitions",
        r"\partitions TABLE [latest]",
        "Show a table's partitions, newest first",
        _partitions,
        (),
        _SUBJECT,
        r"\partitions orders latest",
        ("table", "words:latest"),
        details="Those of an Iceberg table come with their rows, files and bytes.",
    ),
    *travelling.COMMANDS,
)
