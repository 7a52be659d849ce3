"""One use of a command: what was typed and where things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from athena_shell.commands.arguments import without_semicolon, words
from athena_shell.commands.services import Connection, Services
from athena_shell.config.settings import Settings
from athena_shell.core.errors import AthenaShellError, CommandError
from athena_shell.core.model import QueryExecution
from athena_shell.core.records import dataclass
from athena_shell.core.session import Session

if TYPE_CHECKING:
    from athena_shell.commands.registry import Command, CommandRegistry

_VERBS: Final = frozenset({"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE"})


@dataclass(frozen=True)
class Situation:
    r"""Where things stand when a command is used.

    Args:
        session: the current session.
        settings: the current settings.
        variables: the current variables by name.
        last_error: the last failure, for ``\errverbose``.
        last_execution: the last query that was started here.
        restricted: whether shell, editor, writing files and profile changes are refused.
    """

    session: Session
    settings: Settings
    variables: Mapping[str, str] = field(default_factory=dict)
    last_error: AthenaShellError | None = None
    last_execution: QueryExecution | None = None
    restricted: bool = False


@dataclass(frozen=True)
class Invocation:
    """What a command's ``run`` receives."""

    command: Command
    name: str
    arguments: str
    situation: Situation
    services: Services
    registry: CommandRegistry

    @property
    def session(self) -> Session:
        """The current session."""
        return self.situation.session

    @property
    def settings(self) -> Settings:
        """The current settings."""
        return self.situation.settings

    @property
    def connection(self) -> Connection:
        """The connection; waits until it is made."""
        return self.services.connect()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The arguments, split at blanks, quotes obeyed."""
        return words(self.arguments)

    def at_most(self, count: int) -> tuple[str, ...]:
        """Return the words; raises CommandError naming the usage when there are more.

        A semicolon at the end of the line is not meant: it is typed out of habit.
        """
        found = words(without_semicolon(self.arguments))
        if len(found) > count:
            raise CommandError(f"\\{self.name} takes no “{found[count]}”.", self._advice())
        return found

    def _advice(self) -> str:
        """Return the usage; where a statement was typed after the command, say where it goes."""
        usage = f"Usage: {self.command.usage}"
        verb = self.words[0].upper()
        if self.command.ends_statement and verb in _VERBS:
            return f"{usage}\nThe statement is typed before the command: {verb} … \\{self.name}"
        return usage

    def exactly(self, count: int) -> tuple[str, ...]:
        """Return the words; raises CommandError naming the usage when they are too few or many."""
        found = self.at_most(count)
        if len(found) < count:
            raise CommandError(f"\\{self.name} needs more.", f"Usage: {self.command.usage}")
        return found
