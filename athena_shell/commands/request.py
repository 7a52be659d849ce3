"""What a command asks of the program that runs it: the shell or the script runner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from enum import Enum
from pathlib import Path

from athena_shell.core.records import dataclass
from athena_shell.core.session import Session


@dataclass(frozen=True)
class Quit:
    """Leave the program, or end the script, with this exit code."""

    code: int = 0


@dataclass(frozen=True)
class RunStatement:
    """Run one SQL text as if it had been typed.

    ``parameters`` fill its ``?`` in order; ``database`` and ``catalog`` are where it runs when that
    is not the session's own place.
    """

    text: str
    parameters: tuple[str, ...] = ()
    database: str = ""
    catalog: str = ""

    def place(self, session: Session) -> Session:
        """Return the session in which it runs."""
        return replace(
            session,
            catalog=self.catalog or session.catalog,
            database=self.database or session.database,
        )


@dataclass(frozen=True)
class RunText:
    """Run the statements and commands of a text as if they had been typed."""

    text: str


@dataclass(frozen=True)
class Keep:
    """Hand the text of the last statement to ``keep``, which returns what to say.

    A ``text`` goes there in its stead. ``question`` is asked first.
    """

    keep: Callable[[str], str]
    text: str = ""
    question: str = ""


@dataclass(frozen=True)
class AskFirst:
    """Ask, and after a yes do it; ``act`` returns what to say. Interactive use only."""

    question: str
    act: Callable[[], str]


@dataclass(frozen=True)
class ChangeDirectory:
    """Work in another directory; interactive use only."""

    path: Path


@dataclass(frozen=True)
class RunFile:
    """Run the statements and commands of a file.

    ``relative`` means: from the folder of the file that asks, not from the working directory.
    """

    path: str
    relative: bool = False


@dataclass(frozen=True)
class EditText:
    """Open the editor on a file, or on the last statement when ``path`` is ``None``."""

    path: Path | None = None


@dataclass(frozen=True)
class Divert:
    """Send results to a file; ``None`` brings them back to the screen.

    ``once`` means only the next result.
    """

    path: str | None
    once: bool = False
    force: bool = False


class Delivery(Enum):
    """Where the result of the statement before the command goes."""

    SCREEN = "screen"
    VERTICAL = "vertical"
    FILE = "file"
    PIPE = "pipe"
    VARIABLES = "variables"
    STATEMENTS = "statements"
    CROSSTAB = "crosstab"
    BACKGROUND = "background"
    ESTIMATE = "estimate"
    EXPLAIN = "explain"
    ANALYZE = "analyze"
    CHECK = "check"
    TYPES = "types"
    FORMATTED = "formatted"


@dataclass(frozen=True)
class EndStatement:
    """Run the unfinished statement before the command, or the last one when there is none.

    ``argument`` is the file, the pipe's command line or the prefix of the variables; ``options``
    are the remaining words; ``format`` is a file's when its ending does not choose.
    """

    delivery: Delivery
    argument: str = ""
    options: tuple[str, ...] = ()
    format: str = ""


@dataclass(frozen=True)
class Watch:
    """Run the statement before the command again and again; ``count`` ``None`` is for ever."""

    seconds: float
    count: int | None


@dataclass(frozen=True)
class Bind:
    """Fill the ``?`` of the next statement with these SQL literals, in order."""

    parameters: tuple[str, ...]


@dataclass(frozen=True)
class ShowResult:
    """Show the result of a finished query without running it again."""

    query_id: str


@dataclass(frozen=True)
class Attach:
    """Watch a running query to its end, then show its result."""

    query_id: str


@dataclass(frozen=True)
class Detach:
    """Let go of a query in the background; an empty id means the one started last."""

    query_id: str = ""


@dataclass(frozen=True)
class Login:
    """Ask for a new token with hidden input, when the source itself yields none."""

    reason: str = ""


@dataclass(frozen=True)
class SwitchProfile:
    """Go on under another profile."""

    name: str


@dataclass(frozen=True)
class ShellLine:
    """Run one line of the system's shell; interactive use only."""

    line: str


@dataclass(frozen=True)
class ShowHeld:
    """Draw a held result again, in the format named or the current one."""

    format: str = ""
    name: str = "_"


@dataclass(frozen=True)
class QueryHeld:
    """Query held results where the shell runs; without a text, the statement before it.

    With neither, list what is held.
    """

    text: str = ""


@dataclass(frozen=True)
class Chart:
    """Draw the statement's result, or the last one, as a picture."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """Write the result of a text, of the unfinished statement, or the last one to a file.

    ``unload`` has Athena itself write the file's parts as Parquet.
    """

    path: Path
    force: bool = False
    text: str = ""
    format: str = ""
    unload: bool = False


@dataclass(frozen=True)
class Copy:
    """Write the results of several texts, each to a file of its own, in order."""

    exports: tuple[Export, ...]


@dataclass(frozen=True)
class ShowBuffer:
    """Print the unfinished statement, or the last one."""


@dataclass(frozen=True)
class DropBuffer:
    """Forget the unfinished statement."""


@dataclass(frozen=True)
class Check:
    """Validate a statement: the one given here, or else the one before the command.

    Without either, or when the profile was asked for, the profile is tried step by step.
    """

    text: str = ""
    profile: bool = False


@dataclass(frozen=True)
class Warn:
    """Write a line to stderr, whatever the level of talk."""

    text: str = field(default="")


Request = (
    Quit
    | RunStatement
    | RunText
    | Keep
    | AskFirst
    | ChangeDirectory
    | RunFile
    | EditText
    | Divert
    | EndStatement
    | Watch
    | Bind
    | ShowResult
    | Attach
    | Detach
    | Login
    | SwitchProfile
    | ShellLine
    | ShowHeld
    | QueryHeld
    | Chart
    | Export
    | Copy
    | ShowBuffer
    | DropBuffer
    | Check
    | Warn
)
