"""What a command gives back; the shell or the script runner shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from athena_shell.commands.request import Request
from athena_shell.config.settings import Settings
from athena_shell.core.model import Column, Row
from athena_shell.core.records import dataclass
from athena_shell.core.session import Session


@dataclass(frozen=True)
class Outcome:
    """A command's answer; every part is optional.

    Args:
        message: talk of one line or a few, for stderr.
        text: a longer text to page, for stdout; data, not yet sanitised.
        prose: whether that text is Markdown to be read, whose lines may be broken anew.
        columns: the columns of an answer in rows; drawn like a query's result.
        rows: that answer's rows, read once.
        title: a line above the rows.
        footer: lines below the rows.
        session: the session from now on.
        settings: the settings from now on.
        variables: all variables from now on.
        request: what only the front end can do, such as running a file.
    """

    message: str = ""
    text: str = ""
    prose: bool = False
    columns: tuple[Column, ...] = ()
    rows: Iterable[Row] = ()
    title: str = ""
    footer: str = ""
    session: Session | None = None
    settings: Settings | None = None
    variables: Mapping[str, str] | None = None
    request: Request | None = None


def listing(
    names: Iterable[str],
    rows: Iterable[Row],
    *,
    title: str = "",
    numbers: Collection[str] = (),
) -> Outcome:
    """Return rows under columns of these names, of text but for those that hold numbers."""
    columns = tuple(Column(name, "bigint" if name in numbers else "varchar") for name in names)
    return Outcome(columns=columns, rows=tuple(rows), title=title)
