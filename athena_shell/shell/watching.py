r"""The same statement again and again, for ``\watch``."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from athena_shell.commands.request import Delivery, EndStatement, Watch
from athena_shell.core.model import Statement, Terminator
from athena_shell.query.control import Control
from athena_shell.query.cost import format_cost
from athena_shell.query.interruption import cancelled
from athena_shell.query.progress import Observer
from athena_shell.shell.statements import Statements
from athena_shell.shell.theme import Role
from athena_shell.shell.tools import Tools


def watch(tools: Tools, statements: Statements, statement: Statement, wish: Watch) -> None:
    """Run a statement at intervals until its count is reached, it fails, or Ctrl-C is pressed.

    Values that were bound fill its ``?`` in every turn.
    """
    plain = replace(statement, terminator=Terminator.END)
    before = tools.current.bill.cost
    parameters = tools.current.parameters
    for turn in count(1):
        tools.current.parameters = parameters
        statements.run(plain, EndStatement(Delivery.SCREEN))
        spent = tools.current.bill.cost - before
        of = f" of {wish.count}" if wish.count else ""
        moment = tools.clock.now().astimezone().strftime("%H:%M:%S")
        price = tools.price()
        cost = f" · {format_cost(spent, price.symbol)} so far" if price else ""
        tools.console.say(f"{moment} · turn {turn}{of}{cost}", Role.STRONG)
        if turn == wish.count:
            return
        _pause(tools, wish.seconds, turn)


def _pause(tools: Tools, seconds: float, turn: int) -> None:
    def wait(control: Control, _observer: Observer) -> None:
        control.pause(tools.clock, seconds)
        if control.cancelled:
            raise cancelled(
                control.reason, f"No longer watched after turn {turn}; nothing was running."
            )

    tools.run(wait, "waiting")
