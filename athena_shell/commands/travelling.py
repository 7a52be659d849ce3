r"""An Iceberg table's past: its snapshots, and what it held then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from athena_shell.commands.arguments import first_word
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.names import known_table
from athena_shell.commands.outcome import Outcome
from athena_shell.commands.registry import Command
from athena_shell.commands.relations import is_iceberg
from athena_shell.commands.request import RunStatement
from athena_shell.core.errors import CommandError
from athena_shell.core.model import Table
from athena_shell.sql.statement import StatementKind, classify
from athena_shell.sql.tokens import Token, is_name, name_of, significant
from athena_shell.sql.variables import quote_literal, quote_name, substitute

_SUBJECT: Final = "Writing"
_DATE: Final = r"\d{4}-\d{1,2}-\d{1,2}"
_CLOCK: Final = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
_ZONE: Final = r"Z|UTC|[+-]\d{2}:?\d{2}|[A-Z][A-Za-z_]+(?:/[A-Za-z_+-]+)+"
_MOMENT: Final = re.compile(
    rf"(?P<date>{_DATE})(?:[ T]+(?P<clock>{_CLOCK})(?: *(?P<zone>{_ZONE}))?)?"
)
_AGO: Final = re.compile(
    r"(?P<count>\d+) +(?P<unit>second|minute|hour|day|week|month|year)s? +ago", re.IGNORECASE
)
_UNQUOTED: Final = re.compile(rf"(?:{_MOMENT.pattern}|{_AGO.pattern})(?=\s|$)", re.IGNORECASE)
_CLOCK_PARTS: Final = 3
_SPAN: Final = re.compile(r"[A-Za-z]+(?: +ago)?")
"""What follows the number of a time, such as ``5 fortnights ago``; no query is one word."""
_LARGEST_ID: Final = 2**63 - 1
_DAYS_OF_WEEK: Final = 7


def _iceberg_table(invocation: Invocation, word: str) -> Table:
    table = known_table(invocation, word)
    # Catalogs that say nothing of a table may well have Iceberg tables.
    if table.is_view or is_iceberg(table) is False:
        what = "a view" if table.is_view else "no Iceberg table"
        raise CommandError(
            f"{table.name} is {what}: it has no snapshots.", "Only Iceberg tables keep their past."
        )
    return table


def _snapshots(invocation: Invocation) -> Outcome:
    (word,) = invocation.exactly(1)
    table = _iceberg_table(invocation, word)
    source = f"{quote_name(table.database)}.{quote_name(table.name + '$snapshots')}"
    text = (
        "SELECT snapshot_id, committed_at, operation, "  # noqa: S608 - quoted names
        "CAST(element_at(summary, 'added-records') AS bigint) AS added, "
        "CAST(coalesce(element_at(summary, 'deleted-records'), "
        "element_at(summary, 'added-position-deletes')) AS bigint) AS deleted, "
        "CAST(element_at(summary, 'total-records') AS bigint) "
        "- CAST(coalesce(element_at(summary, 'total-position-deletes'), '0') AS bigint) AS total "
        f"FROM {source} ORDER BY committed_at DESC"
    )
    return Outcome(request=RunStatement(text, catalog=table.catalog))


def _as_of(invocation: Invocation) -> Outcome:
    word, rest = first_word(invocation.arguments)
    if not rest:
        invocation.exactly(2)
    version, query = _version(rest, invocation.situation.variables)
    table = _iceberg_table(invocation, word)
    source = f"{quote_name(table.database)}.{quote_name(table.name)} {version}"
    query = query.strip().rstrip(";").rstrip()
    if not query:
        text = f"SELECT * FROM {source} LIMIT 100"  # noqa: S608 - quoted names and values
    else:
        text = _with_past(query, table.name, source)
    return Outcome(request=RunStatement(text, catalog=table.catalog))


def _version(text: str, variables: Mapping[str, str]) -> tuple[str, str]:
    """Return FOR … AS OF for what a text begins with, and the rest of it."""
    plain = _UNQUOTED.match(text)
    if plain is not None:
        when, rest = plain[0], text[plain.end() :]
    else:
        when, rest = first_word(text)
    when = substitute(when, variables).text.strip() if when.startswith(":") else when.strip()
    if when.isdecimal():
        if _SPAN.fullmatch(span := rest.strip(" ;")):
            raise _no_moment(f"{when} {span}")
        if int(when) > _LARGEST_ID:
            raise CommandError(f"{when} is no snapshot's id.", r"\snapshots TABLE shows them.")
        return f"FOR VERSION AS OF {when}", rest
    if ago := _AGO.fullmatch(when):
        return f"FOR TIMESTAMP AS OF (current_timestamp - {_interval(ago)})", rest
    moment = _MOMENT.fullmatch(when)
    if moment is None:
        raise _no_moment(when)
    return f"FOR TIMESTAMP AS OF TIMESTAMP {quote_literal(_stamp(moment))}", rest


def _no_moment(when: str) -> CommandError:
    return CommandError(
        f"“{when}” is neither a snapshot nor a moment.",
        "A moment is like 2024-05-01, 2024-05-01 12:00:00 (UTC) or 2 hours ago; "
        r"\snapshots TABLE shows the ids of snapshots.",
    )


def _interval(ago: re.Match[str]) -> str:
    count, unit = int(ago["count"]), ago["unit"].upper()
    if unit == "WEEK":  # which Athena has no interval for
        count, unit = count * _DAYS_OF_WEEK, "DAY"
    return f"INTERVAL '{count}' {unit}"


def _stamp(moment: re.Match[str]) -> str:
    clock, zone = moment["clock"], moment["zone"]
    if clock is not None and clock.count(":") < _CLOCK_PARTS - 1:
        clock += ":00"
    stamp = f"{moment['date']} {clock}" if clock else moment["date"]
    form = "%Y-%m-%d %H:%M:%S" if clock else "%Y-%m-%d"
    try:
        datetime.strptime(stamp.partition(".")[0], form)  # noqa: DTZ007 - only whether there is one
    except ValueError:
        raise CommandError(f"There is no {stamp}.", "Look at its month, day and hour.") from None
    zoned = f" {'UTC' if zone.upper() == 'Z' else zone}" if zone else ""
    return stamp + zoned


def _with_past(query: str, name: str, source: str) -> str:
    """Return a query in which a table's plain name stands for the table as it was."""
    known = classify(query)
    if known.kind is not StatementKind.QUERY or not known.reads_only:
        raise CommandError(r"\asof takes a query.", r"\help asof shows how to write one.")
    tokens = significant(query)
    _check_names(tokens, name)
    past = f"{quote_name(name)} AS (SELECT * FROM {source})"  # noqa: S608 - quoted names and values
    first = tokens[0]
    if first.word != "WITH":
        return f"WITH {past}\n{query}"
    recursive = tokens[1].word == "RECURSIVE" if len(tokens) > 1 else False
    start = tokens[1].end if recursive else first.end
    return f"{query[:start]} {past},{query[start:]}"


def _check_names(tokens: list[Token], name: str) -> None:
    mentions = [
        place
        for place, token in enumerate(tokens)
        if is_name(token) and name_of(token).lower() == name.lower()
    ]
    if not mentions:
        raise CommandError(
            f"The query does not read {name}.", r"\asof TABLE WHEN alone shows rows."
        )
    for place in mentions:
        before = tokens[place - 1] if place else None
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        qualified = before is not None and before.mark == "."
        column = after is not None and after.mark == "."
        if qualified and not column and _names_a_relation(tokens, place):
            raise CommandError(
                f"Write {name} without its database in the query.",
                "Only its plain name stands for the table as it was.",
            )


def _names_a_relation(tokens: list[Token], place: int) -> bool:
    # Back over «database .» and «catalog .» to the word in front of the name.
    while place > 1 and tokens[place - 1].mark == ".":
        place -= 2
    before = tokens[place - 1] if place else None
    return before is not None and (before.word in {"FROM", "JOIN", "TABLE"} or before.mark == ",")


COMMANDS: Final = (
    Command(
        "snapshots",
        r"\snapshots TABLE",
        "Show an Iceberg table's snapshots",
        _snapshots,
        (),
        _SUBJECT,
        r"\snapshots daily",
        ("table",),
        details="Newest first, with the rows that each added and deleted and how many there were\n"
        "then.",
    ),
    Command(
        "asof",
        r"\asof TABLE WHEN [QUERY]",
        "Show an Iceberg table as it was",
        _as_of,
        (),
        _SUBJECT,
        "\\asof daily 2024-05-01 12:00:00\n\\asof daily 2 hours ago SELECT count(*) FROM daily",
        ("table", "text", "statement"),
        details="WHEN is a moment (UTC unless a zone follows), a time ago, or an id that\n"
        "\\snapshots TABLE shows. Without a query: 100 rows. In the query the table's plain name\n"
        "stands for the table as it was.",
    ),
)
