r"""Queries over held results: ``\local``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from athena_shell.core.errors import CommandError, QueryCancelled
from athena_shell.core.model import Column, Row, Statement
from athena_shell.output.held import LATEST, HeldResult, HeldResults
from athena_shell.output.local_query import LocalQuery, names_in
from athena_shell.query.control import Control
from athena_shell.query.interruption import QueryHungUp, QueryTerminated, cancelled
from athena_shell.query.progress import Observer
from athena_shell.shell.delivery import Deliveries
from athena_shell.shell.progress import elapsed_text
from athena_shell.shell.theme import Role
from athena_shell.shell.tools import Tools
from athena_shell.sql.variables import substitute

_STOPPED: Final = "Stopped. Nothing had been sent to Athena."
_LISTED: Final = (
    Column("name"),
    Column("rows", "bigint"),
    Column("columns", "bigint"),
    Column("held"),
    Column("statement"),
)
_LONGEST_TEXT: Final = 40


def query_held(tools: Tools, deliveries: Deliveries, text: str, typed: Statement | None) -> None:
    """Run a query over held results and show its answer; without a query list the results.

    Args:
        tools: the shell's parts.
        deliveries: brings results where they belong.
        text: the query, as typed behind the command.
        typed: the unfinished statement before the command.
    """
    asked = text or (typed.text if typed is not None else "")
    if not asked:
        tools.renderer.show(_LISTED, _listed(tools.current.results), tools.current.settings)
        return
    query = substitute(asked, tools.current.variables).text
    results = _wanted(tools.current.results, query)
    for result in results:
        _complete(tools, deliveries, result)
    began = tools.clock.monotonic()
    held, kept_as_text = _answered(tools, results, query)
    elapsed = tools.clock.monotonic() - began
    for name in kept_as_text:
        tools.console.say(f"{name} stays text: a value does not read as its type.", Role.NOTICE)
    rows = deliveries.show_whole(held)
    if tools.current.settings.timing:
        parts = (rows, elapsed_text(elapsed), "nothing sent", f"held as {held.name}")
        tools.console.say(" · ".join(parts), Role.QUIET)


def _listed(results: HeldResults) -> Iterable[Row]:
    latest = results.names()[-2:-1]
    for each in results.all():
        name = f"{each.name} {LATEST}" if each.name in latest else each.name
        whole = "whole" if each.complete else "the first rows"
        text = " ".join(each.text.split())[:_LONGEST_TEXT]
        yield (name, str(len(each)), str(len(each.columns)), whole, text)


def _wanted(results: HeldResults, query: str) -> tuple[HeldResult, ...]:
    """Return the held results that a query names."""
    named = names_in(query)
    latest = results.names()[-2:-1] if LATEST in named else ()
    return tuple(each for each in results.all() if each.name in named or each.name in latest)


def _complete(tools: Tools, deliveries: Deliveries, held: HeldResult) -> None:
    """Read a result again that is not held whole, which runs nothing.

    Raises:
        CommandError: it was a command's answer, which nobody has any more.
        OutputError: it is larger than a result may be to be held.
    """
    if held.complete:
        return
    if not held.query_id:
        raise CommandError(
            f"{held.name} was not read to its end.", "Ask for it again and read it whole."
        )
    _, rows = deliveries.held(held.name)

    def read(control: Control, _observer: Observer) -> None:
        held.keep_whole(_unless_stopped(rows, control))

    tools.run(read, f"reading {held.name}")


def _answered(
    tools: Tools, results: tuple[HeldResult, ...], query: str
) -> tuple[HeldResult, tuple[str, ...]]:
    """Return the answer, held, and the columns that stayed text."""
    current = tools.current
    names = current.results.names()
    latest = names[-2] if names else ""

    def work(control: Control, _observer: Observer) -> tuple[HeldResult, tuple[str, ...]]:
        local = LocalQuery()
        control.stop_by(local.stop)
        try:
            _mind(control)  # a wish from before there was anything to stop
            local.load(results, latest, lambda: _mind(control))
            answer = local.run(query)
            rows = _unless_stopped(answer.rows, control)
            return current.results.add_whole(answer.columns, rows, query), answer.kept_as_text
        except CommandError as error:
            _mind(control)  # an interrupted query fails with an error of its own
            if names_in(query) - {*names}:
                error.hint = f"Held are {', '.join(names)}." if names else "Nothing is held yet."
            raise
        finally:
            local.close()

    try:
        return tools.run(work, "querying held results")
    except (QueryTerminated, QueryHungUp):
        raise
    except QueryCancelled as error:  # nothing of it has to do with Athena
        raise QueryCancelled(_STOPPED) from error


def _unless_stopped(rows: Iterable[Row], control: Control) -> Iterator[Row]:
    """Yield the rows; raises QueryCancelled once the user wants no more."""
    for row in rows:
        _mind(control)
        yield row


def _mind(control: Control) -> None:
    if control.cancelled:
        raise cancelled(control.reason, _STOPPED)
