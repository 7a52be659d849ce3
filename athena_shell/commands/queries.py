"""Executions by id: what runs, what it found, what it cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from athena_shell.commands.arguments import words
from athena_shell.commands.binding import bind
from athena_shell.commands.following import query_id
from athena_shell.commands.invocation import Invocation
from athena_shell.commands.outcome import Outcome, figures, listing
from athena_shell.commands.query_filter import USAGE, QueryFilter, query_filter
from athena_shell.commands.registry import Command
from athena_shell.commands.services import Connection
from athena_shell.core.counting import counted
from athena_shell.core.errors import AthenaShellError, CommandError
from athena_shell.core.model import QueryExecution, QueryState, Row
from athena_shell.query.cost import Price, format_bytes, format_cost
from athena_shell.query.journal import Entry
from athena_shell.query.stages import stage_lines
from athena_shell.query.totals import look_again, totals

_SUBJECT: Final = "Queries"
_LISTED: Final = 20
_FOUND: Final = 100
_SEARCHED: Final = 200  # as many are looked through for those that are asked for
_BAR: Final = 20
_TEXT_WIDTH: Final = 60
_BLANKS: Final = re.compile(r"\s+")


def _queries(invocation: Invocation) -> Outcome:
    asked = query_filter(invocation.words)
    connection = invocation.connection
    count = max(asked.limit, _SEARCHED) if asked.is_choosy else asked.limit
    if asked.scope == "workgroup":
        workgroup = asked.workgroup or invocation.session.workgroup
        ids = tuple(connection.engine.recent(workgroup, count))
        known = connection.engine.describe_many(ids) if ids else {}
        executions = [known[each] for each in ids if each in known]
    else:
        executions = _journaled(connection, asked.scope, invocation.session.profile, count)
    rows = [
        row for each in executions if asked.takes(each, shown=(row := _row(each, connection.price)))
    ]
    listed = listing(
        ("id", "state", "submitted", "time", "scanned", "cost", "statement"), rows[: asked.limit]
    )
    return listed if rows else replace(listed, message=_none_of(asked, len(executions)))


def _none_of(asked: QueryFilter, count: int) -> str:
    """Say that nothing is to be listed, and where to look next."""
    wider = {
        "shell": "\n\\queries profile looks at all shells, \\queries workgroup at all clients.",
        "profile": "\n\\queries workgroup looks at all clients.",
    }.get(asked.scope, "")
    if not count:
        return f"No query of this {asked.scope} is known.{wider}"
    return f"No such query among the last {count} of this {asked.scope}.{wider}"


def _journaled(
    connection: Connection, scope: str, profile: str, limit: int
) -> list[QueryExecution]:
    journal = connection.journal
    if scope == "shell":
        entries: Iterable[Entry] = journal.own()
    else:
        entries = (each for each in journal.entries() if each.profile == profile)
    known = [each for each in reversed(tuple(entries)) if each.query_id][:limit]
    found = connection.engine.describe_many([each.query_id for each in known]) if known else {}
    return [found.get(each.query_id) or _remembered(each) for each in known]


def _remembered(entry: Entry) -> QueryExecution:
    """Return what the journal knows of a query that Athena has forgotten."""
    return entry.execution() or QueryExecution(
        entry.query_id, QueryState.QUEUED, entry.text, submitted=entry.time
    )


def _row(execution: QueryExecution, price: Price | None) -> Row:
    statistics = execution.statistics
    cost = price.of_query(execution) if price else None
    took = statistics.total_ms
    return (
        execution.id,
        execution.state.value,
        _moment(execution.submitted),
        None if took is None else f"{took / 1000:.1f} s",
        None if statistics.scanned_bytes is None else format_bytes(statistics.scanned_bytes),
        None if price is None or cost is None else format_cost(cost, price.symbol),
        shortened(execution.text),
    )


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S")


def shortened(text: str, width: int = _TEXT_WIDTH) -> str:
    """Return a statement on one line, cut to a width."""
    line = _BLANKS.sub(" ", text).strip()
    return line if len(line) <= width else line[: width - 1] + "…"


def _statistics(invocation: Invocation) -> Outcome:
    execution = invocation.connection.engine.describe(query_id(invocation))
    statistics = execution.statistics
    price = invocation.connection.price
    way_of = invocation.connection.way_of
    cost = price.of_query(execution) if price else None
    rows: list[tuple[str, str]] = [
        ("id", execution.id),
        ("state", execution.state.value),
        ("reason", execution.reason),
        ("statement", execution.statement_type),
        ("workgroup", execution.workgroup),
        ("engine", execution.engine_version),
        ("submitted", _moment(execution.submitted) or ""),
        ("completed", _moment(execution.completed) or ""),
        *_times(execution),
        ("scanned", format_bytes(statistics.scanned_bytes)),
        ("cost", format_cost(cost, price.symbol) if price and cost is not None else ""),
        ("reused", "yes" if statistics.reused else "no"),
        ("result", execution.output_location),
        ("read by", way_of(execution.id) if way_of else ""),
    ]
    return replace(
        figures(("figure", "value"), rows),
        footer=_stages(invocation.connection, execution.id),
    )


def _stages(connection: Connection, identifier: str) -> str:
    """Return the tree of stages, with a bar for each stage's share of the longest one's time."""
    if connection.statistics is None:
        return ""
    try:
        lines = stage_lines(connection.statistics(identifier))
    except AthenaShellError as error:
        return f"The stages are not known: {error.message}"
    return "\n".join(
        f"{line.branch}{line.title}  {line.operators}  rows {line.rows}  {line.size}"
        f"  {(line.milliseconds or 0) / 1000:.1f} s  {'█' * round(line.share * _BAR)}".rstrip()
        for line in lines
    )


def _times(execution: QueryExecution) -> Iterable[tuple[str, str]]:
    statistics = execution.statistics
    times: Mapping[str, int | None] = {
        "queued": statistics.queue_ms,
        "planning": statistics.planning_ms,
        "running": statistics.engine_ms,
        "service": statistics.service_ms,
        "in all": statistics.total_ms,
    }
    return ((name, f"{ms / 1000:.3f} s") for name, ms in times.items() if ms is not None)


def _cost(invocation: Invocation) -> Outcome:
    """Sum up what this shell, this day and each workgroup have cost, as far as is known."""
    invocation.at_most(0)
    connection = invocation.connection
    price = connection.price
    if price is None:
        return Outcome(message="Nothing is billed here.")
    footers = [connection.journal.trouble]
    try:
        look_again(connection.journal, connection.engine)
    except AthenaShellError as error:
        footers.append(f"Ends that nobody saw could not be looked up: {error.message}")
    now = invocation.services.clock.now()
    found = totals(connection.journal, price, now.astimezone().date())
    rows = [
        ("this shell", found.shell.text(price.symbol)),
        ("today", found.day.text(price.symbol)),
        *((f"today in {name}", each.text(price.symbol)) for name, each in found.workgroups),
    ]
    if found.day.unseen or found.shell.unseen:
        footers.append("What is not counted still runs, or Athena has forgotten it: \\queries open")
    return replace(
        listing(("queries of", "cost"), rows), footer="\n".join(each for each in footers if each)
    )


def _history(invocation: Invocation) -> Outcome:
    """List what was typed: as it was on the screen, with its moments for programs."""
    reader = invocation.services.history
    wanted = _searched(invocation)
    entries = reader.dated() if reader is not None else ()
    itself = f"\\{invocation.name} {invocation.arguments}".split()
    # Not the search for it, which is the last that was typed.
    found = (
        (moment, text)
        for moment, text in entries
        if text.split() != itself and all(word in text.lower() for word in wanted)
    )
    most = _FOUND if wanted else _LISTED
    newest = list(islice(found, most + 1))
    listed = newest[most - 1 :: -1]
    if not listed:
        return Outcome(message=_about(0, most, wanted))
    outcome = listing(
        ("typed", "text"), ((_moment(moment.astimezone()), text) for moment, text in listed)
    )
    text = "".join(f"{text}\n" for _, text in listed)
    return replace(outcome, text=text, message=_about(len(newest), most, wanted))


def _searched(invocation: Invocation) -> list[str]:
    """Return the words to look for; quotes hold several together, unless one is not closed."""
    text = invocation.arguments.lower().rstrip("; ")
    try:
        return list(words(text))
    except CommandError:
        return text.split()


def _about(count: int, most: int, wanted: Sequence[str]) -> str:
    """Say when there is nothing, or more than is shown."""
    if not count and wanted:
        return f"Nothing that was typed has {' and '.join(wanted)} in it."
    if count <= most:
        return ""
    advice = "another word finds less" if wanted else "\\history TEXT looks through all"
    return f"These are the newest {most}; {advice}."


def _reuse(invocation: Invocation) -> Outcome:
    words = invocation.at_most(1)
    settings = invocation.settings
    if words:
        settings = settings.with_value("reuse", words[0])
    if not settings.reuse:
        message = "Results are not reused."
    else:
        age = counted(settings.reuse, "minute")
        message = f"Results up to {age} old are reused; that costs nothing."
    return Outcome(message=message, settings=settings if words else None)


COMMANDS: Final = (
    Command(
        "queries",
        USAGE,
        "List executions, newest first",
        _queries,
        (),
        _SUBJECT,
        r"\queries succeeded 5",
        ("query_filter",),
        details="SCOPE is shell (this one, the default), profile (all shells under it) or\n"
        "workgroup (all clients; workgroup=NAME for another one). STATE is queued, running,\n"
        "succeeded, failed, cancelled, open or ended. COUNT is 20 unless given. Any other word\n"
        "has to occur in the query: an id, a date, a table. state=failed, scope=profile,\n"
        "limit=50 and text=failed say so by name, with or without -- before it. Where there is\n"
        "a filter, the last 200 queries are looked through.",
    ),
    Command(
        "stats",
        r"\stats [ID]",
        "Show what is known of a query's run",
        _statistics,
        (),
        _SUBJECT,
        "SELECT 1 AS n;\n\\stats",
        ("query_id",),
    ),
    Command(
        "cost",
        r"\cost",
        "Show what queries have cost",
        _cost,
        (),
        _SUBJECT,
        r"\cost",
    ),
    Command(
        "history",
        r"\history [TEXT]",
        "Show what was typed, in all shells",
        _history,
        ("s",),
        _SUBJECT,
        r"\history orders",
        ("text",),
        script=False,
        interactive=True,
        details="TEXT is words that all have to occur, in any case; quotes hold several together.\n"
        "Formats such as csv and json tell the moments, too.",
    ),
    Command(
        "bind",
        r"\bind VALUE…",
        "Fill the ? of the next statement",
        bind,
        (),
        _SUBJECT,
        "\\bind 7 'a b'\nSELECT ? AS n, ? AS t;",
        ("text",),
        details="Numbers, true, false and null stay as they are; date:2024-05-01, time:12:30:00,\n"
        "timestamp:2024-05-01T12:30:00 and decimal:12.50 become such values, all else a string. A\n"
        "value in single quotes is a string whatever it holds: '007'. :name gives a variable's\n"
        "value, :'name' the same as a string. As in psql it may stand behind the statement:\n"
        "SELECT ? AS n \\bind 7 \\g",
    ),
    Command(
        "reuse",
        r"\reuse [TIME|off]",
        "Answer from results up to this old",
        _reuse,
        (),
        _SUBJECT,
        r"\reuse 1h",
        ("words:off|1h|1d|7d",),
        details="TIME is minutes, or a time such as 2h, up to 7d. A reused result scans nothing;\n"
        "it may miss what was written since.",
    ),
)
