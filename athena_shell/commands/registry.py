"""The one table of backslash commands, read by dispatch, completion and help."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final

from athena_shell.commands.invocation import Invocation, Situation
from athena_shell.commands.outcome import Outcome
from athena_shell.commands.services import Services
from athena_shell.config.habits import answer
from athena_shell.core.errors import CommandError
from athena_shell.core.records import dataclass

_LIKE: Final = 0.6
_AS_LIKE: Final = 0.1
"""How much less like what was typed than the nearest name another one may be."""
_MOST_NEAR: Final = 3
_TYPED: Final = re.compile(r"\\([!?]|[A-Za-z_][\w-]*\+?)?")


@dataclass(frozen=True)
class Command:
    r"""One backslash command.

    Args:
        name: the long name, without the backslash.
        usage: how it is written, such as ``\describe [NAME]``.
        summary: one line for lists and menus.
        run: does it.
        aliases: other names, psql's short ones among them.
        subject: the heading in ``\?``.
        example: a line that works, shown by ``\help`` and run by a test.
        arguments: the kind of each argument, for completion: ``table``, ``database``, ``file`` …
        script: whether a restricted script may use it.
        interactive: whether no script can use it, as it needs somebody at a prompt.
        ends_statement: whether it uses the unfinished statement before it.
        details: more help, as Markdown.
    """

    name: str
    usage: str
    summary: str
    run: Callable[[Invocation], Outcome]
    aliases: tuple[str, ...] = ()
    subject: str = "General"
    example: str = ""
    arguments: tuple[str, ...] = ()
    script: bool = True
    ends_statement: bool = False
    details: str = ""
    interactive: bool = False


class CommandRegistry:
    """Commands by name and alias; unchanging once made."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands = tuple(commands)
        self._by_name: dict[str, Command] = {}
        for command in self._commands:
            for name in (command.name, *command.aliases):
                if name in self._by_name:
                    raise ValueError(f"two commands are called \\{name}")
                self._by_name[name] = command

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands)

    def find(self, name: str) -> Command:
        """Return a command by name or alias; raises CommandError naming the nearest."""
        command = self._by_name.get(name)
        if command is not None:
            return command
        here = answer(f"\\{name}")
        command = None if here else self._by_name.get(name.lower())
        if command is None:
            raise CommandError(f"There is no command \\{name}.", here or self._nearest(name))
        return command

    def _nearest(self, name: str) -> str:
        near = self._near(name.lower())
        if not near:
            return "\\? lists the commands."
        named = " or ".join("\\" + each for each in near[:_MOST_NEAR])
        return f"Did you mean {named}? \\? lists all."

    def _near(self, typed: str) -> list[str]:
        """Return one name of each command that begins like what was typed or looks like it."""
        names = [name for name in self._by_name if typed.endswith("+") or not name.endswith("+")]
        begun = [name for name in names if len(typed) > 1 and name.startswith(typed)]
        likeness = {name: SequenceMatcher(None, name, typed).ratio() for name in names}
        best = max(likeness.values())
        like = [name for name in names if likeness[name] >= max(best - _AS_LIKE, _LIKE)]
        near = {self._by_name[name].name: name for name in reversed([*begun, *like])}
        return list(reversed(near.values()))

    def allowed(self, name: str, *, restricted: bool) -> Command:
        """Return a command that may be used; raises CommandError for others and unknown ones."""
        command = self.find(name)
        if restricted and command.interactive:
            raise CommandError(
                f"\\{name} works in the interactive shell only.",
                r"A script has no prompt: leave it out. \help scripts says what there is instead.",
            )
        if restricted and not command.script:
            raise CommandError(
                f"\\{name} is not allowed here: this script runs restricted.",
                "Start the program with --unrestricted if you trust the script.",
            )
        return command

    def parse(self, text: str) -> tuple[str, str]:
        """Split a typed command line into the name without backslash and the rest."""
        line = text.strip()
        typed = _TYPED.match(line)
        name = typed.group(1) if typed else None
        if typed is None or name is None:
            here = answer(line.split()[0])
            raise CommandError(f"“{line[:20]}” is not a command.", here or "\\? lists them.")
        return name, line[typed.end() :].strip()

    def is_statement_end(self, text: str) -> bool:
        """Whether this command line uses the unfinished statement before it."""
        try:
            return self.find(self.parse(text)[0]).ends_statement
        except CommandError:
            return False

    def dispatch(self, text: str, situation: Situation, services: Services) -> Outcome:
        """Run a typed command line; raises CommandError and whatever the command raises."""
        name, arguments = self.parse(text)
        command = self.allowed(name, restricted=situation.restricted)
        return command.run(Invocation(command, name, arguments, situation, services, self))
