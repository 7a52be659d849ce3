r"""``\if``, ``\elif``, ``\else``, ``\endif``: which pieces of a script are skipped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from athena_shell.config.checks import parse_boolean
from athena_shell.core.errors import ScriptError
from athena_shell.core.model import CommandLine
from athena_shell.core.records import dataclass
from athena_shell.sql.splitter import Piece, StatementCommand

WORDS: Final = frozenset({"if", "elif", "else", "endif"})
_WORD: Final = re.compile(r"\\(if|elif|else|endif)(?!\w)\s*(.*)", re.DOTALL)
_APART: Final = re.compile(r"\\(if|elif|else|endif|quit|q|exit)(?!\w).*", re.DOTALL)
"""Commands that would drop or swallow a statement that is not ended."""
_TEST: Final = re.compile(
    r"(?P<no>not\s+)?(?::\{\?(?P<asked>\w+)\}|:(?P<name>[A-Za-z_]\w*)|(?P<literal>\w+))",
    re.IGNORECASE,
)


@dataclass
class _Block:
    opened: CommandLine
    active: bool
    taken: bool
    closing: bool = False


class Conditions:
    r"""The open ``\if`` blocks of one script.

    Args:
        judging: whether conditions are judged; if not, only the blocks' shape is looked at.
    """

    def __init__(self, *, judging: bool = True) -> None:
        self._blocks: list[_Block] = []
        self._judging = judging

    @property
    def active(self) -> bool:
        """Whether the piece that stands here is to be run."""
        return self._judging and all(block.active for block in self._blocks)

    def pair(self, piece: Piece) -> None:
        """Find the partners of conditional commands; raises ScriptError where one has none."""
        if isinstance(piece, StatementCommand):
            refuse_unended(piece)
        elif isinstance(piece, CommandLine):
            self.take(piece, {})

    def take(self, command: CommandLine, variables: Mapping[str, str]) -> bool:
        """Obey a conditional command and tell whether it was one; raises ScriptError."""
        match = _WORD.fullmatch(command.text.strip())
        if match is None:
            return False
        word, argument = match[1], match[2].strip()
        if word == "if":
            outside = self.active
            # Skipped as a whole when nobody can tell what it says: its statements are not wanted
            # without it.
            block = _Block(command, active=False, taken=True)
            self._blocks.append(block)
            block.active = outside and truth(argument, command, variables)
            block.taken = block.active or not outside
            return True
        if not self._blocks or (word != "endif" and self._blocks[-1].closing):
            raise _error(command, rf"\{word} stands without an \if.", r"Begin with \if CONDITION.")
        block = self._blocks[-1]
        if word == "endif":
            self._blocks.pop()
        elif word == "else":
            block.active, block.taken, block.closing = not block.taken, True, True
        else:
            wanted, block.active, block.taken = not block.taken, False, True
            block.active = wanted and truth(argument, command, variables)
            block.taken = block.active or not wanted
        return True

    @property
    def opened(self) -> CommandLine | None:
        r"""The last ``\if`` that is not closed."""
        return self._blocks[-1].opened if self._blocks else None

    def finish(self) -> None:
        """Require that every block was closed; raises ScriptError."""
        if self.opened is not None:
            raise _error(self.opened, r"This \if is never closed.", r"Write \endif behind it.")


def refuse_unended(command: StatementCommand) -> None:
    """Refuse a command that stands behind a statement without an end; raises ScriptError."""
    match = _APART.fullmatch(command.text.strip())
    if match is not None and command.statement.text:
        message = rf"\{match[1]} stands on a line of its own."
        raise _error(command, message, "End the statement before it with ;")


def truth(text: str, command: CommandLine, variables: Mapping[str, str]) -> bool:
    """Return what a condition says: ``true``, ``:name``, ``:{?name}``, each with ``not``."""
    match = _TEST.fullmatch(text)
    if match is None:
        raise _not_a_condition(command, text)
    if match["asked"] is not None:
        holds = match["asked"] in variables
    else:
        name = match["name"]
        if name is not None and name not in variables:
            raise _error(
                command,
                f"The variable {name} is not set.",
                f"Set it with -v {name}=VALUE, or ask for it with :{{?{name}}}.",
            )
        value = match["literal"] if name is None else variables[name]
        try:
            holds = parse_boolean(value)
        except ValueError:
            raise _not_a_condition(command, value) from None
    return holds is not bool(match["no"])


def _not_a_condition(command: CommandLine, text: str) -> ScriptError:
    return _error(
        command,
        f"“{text[:40]}” is neither true nor false.",
        r"Write \if true, \if :name or \if :{?name}; not before it turns it round.",
    )


def _error(command: CommandLine, message: str, hint: str) -> ScriptError:
    start = command.start
    return ScriptError(message, hint, source=command.source, line=start.line, column=start.column)
