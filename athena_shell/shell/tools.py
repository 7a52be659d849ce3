"""What the parts of the shell share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field
from typing import Final, Protocol, TypeVar

from athena_shell.commands.registry import CommandRegistry
from athena_shell.commands.services import Authentication, Connection, Services
from athena_shell.core.errors import AuthError, LoginRequired
from athena_shell.core.model import QueryExecution, Report, ResultSet
from athena_shell.core.ports import Clock
from athena_shell.core.records import dataclass
from athena_shell.query.control import Control, StopReason
from athena_shell.query.cost import Price
from athena_shell.query.foreground import Foreground, Work
from athena_shell.query.interruption import cancelled
from athena_shell.query.progress import Observer
from athena_shell.query.rereading import read_on
from athena_shell.query.transfer_line import TransferLine, line_on
from athena_shell.shell.behind import Behind
from athena_shell.shell.console import Console
from athena_shell.shell.current import Current
from athena_shell.shell.keyboard import Keyboard
from athena_shell.shell.progress import ProgressLine
from athena_shell.shell.rendering import Renderer
from athena_shell.shell.theme import Role

T = TypeVar("T")
_TRIES: Final = 3


class Asker(Protocol):
    """What asks the user something at the main prompt."""

    def read_hidden(self, message: str) -> str:
        """Return a secret that is not shown; raises KeyboardInterrupt or EOFError."""

    def confirm(self, question: str) -> bool:
        """Return whether the user said yes."""


@dataclass
class Tools:
    """The shell's parts, handed to each other.

    Args:
        current: what changes while the shell runs.
        console: the terminal's output side.
        renderer: draws results.
        registry: the commands.
        services: what commands work with.
        behind: the connection, made behind the prompt.
        clock: the time.
        asker: asks the user.
        keyboard: the terminal's input side.
    """

    current: Current
    console: Console
    renderer: Renderer
    registry: CommandRegistry
    services: Services
    behind: Behind[Connection]
    clock: Clock
    asker: Asker
    keyboard: Keyboard = field(default_factory=Keyboard)
    _line: TransferLine | None = field(default=None, init=False)

    def price(self) -> Price | None:
        """Return what scanning costs, once the connection knows it."""
        connection = self.behind.value
        if connection is None:
            return None
        return Price.chosen(self.current.settings.price_per_tb, connection.list_price)

    def run(self, work: Work[T], what: str = "") -> T:
        """Run work on a thread while progress is drawn and Ctrl-C is heard; see Foreground.run.

        Args:
            work: what to run.
            what: what to call work that is no statement of the user's on the progress line; by
                default what Athena says.
        """
        display = ProgressLine(self.console, self.price, lambda: self._waited_for(what))
        foreground = Foreground(
            self.clock, login=self.log_in, display=display, asks_only=bool(what)
        )
        with self.keyboard.quiet():
            if self.keyboard.take_interrupt():
                raise cancelled(StopReason.USER, "Stopped before it began; nothing was sent.")
            return foreground.run(work)

    def _waited_for(self, what: str) -> str:
        """Say what work waits for: the connection and the login first, then itself."""
        connection = self.behind.value
        if connection is None:
            return "connecting"
        return "logging in" if what and connection.authentication.status() is None else what

    def run_again_after_login(self, work: Callable[[], T], what: str = "asking") -> T:
        """Run work that may be repeated; when a person must log in, it is repeated after that."""

        def patient(control: Control, _observer: Observer) -> T:
            while True:
                try:
                    return work()
                except LoginRequired as error:
                    control.require_login(error)

        return self.run(patient, what)

    def read_on(self, result: ResultSet, execution: QueryExecution) -> ResultSet:
        """Return the result with pages for which a person is asked when they need a login."""
        return read_on(
            result,
            execution,
            lambda: self.services.connect().engine,
            self.renderer.intermission.require,
        )

    @contextmanager
    def transfer(self) -> Iterator[Report]:
        """Give what draws how far a result is on its way to a file; what is typed is not echoed."""
        self._line = line_on(self.console.stderr, self.services.environment, self.clock)
        with self.keyboard.unechoed():
            try:
                yield self._line.report
            finally:
                self._line.clear()
                self._line = None

    def log_in_between(self, error: LoginRequired) -> None:
        """Let a person renew the login while a result is read; raises as ``log_in``.

        Nobody is asked while another program reads the keyboard: it would read the token.
        """
        if self.keyboard.is_taken:
            raise error
        self.console.sink.flush()
        if self._line is not None:
            self._line.clear()
        self.log_in(error)

    def log_in(self, error: LoginRequired) -> None:
        """Let a person renew the login: in a browser where there is such a way, else by a token.

        Raises the error when no login came of it.
        """
        connection = self.behind.value
        if connection is None:
            raise error
        authentication = connection.authentication
        if error.code == "SignedOut" or authentication.can_log_in:
            try:
                authentication.login()
            except LoginRequired as again:
                error = again
            else:
                return
        if not authentication.can_replace_token:
            raise error
        self.console.fail(error)
        if not any(self._replaced_token(authentication) for _ in range(_TRIES)):
            raise error
        self.console.say("Thank you. Going on.", Role.QUIET)

    def _replaced_token(self, authentication: Authentication) -> bool:
        """Ask for a token with hidden input; whether it is in use now."""
        try:
            text = self.asker.read_hidden("New token (hidden): ").strip()
        except (KeyboardInterrupt, EOFError):
            text = ""
        if not text:
            raise LoginRequired("No new token was given.", "\\login asks again.")
        try:
            authentication.replace_token(text)
        except AuthError as refused:
            self.console.fail(refused)
            return False
        return True
