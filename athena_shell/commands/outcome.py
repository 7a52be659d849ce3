"""What a command gives back; the shell or the script runner shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum

from athena_shell.commands.request import Request
from athena_shell.config.settings import Settings
from athena_shell.core.model import Column, Row
from athena_shell.core.records import dataclass
from athena_shell.core.session import Session
from athena_shell.output.options import Content


class Layout(Enum):
    """What a text is, which says how a terminal may break its lines anew."""

    EXACT = "exact"
    """Shown as it is."""
    PROSE = "prose"
    """Markdown to be read."""
    ENTRIES = "entries"
    """Lines of their own, many with a gap of two blanks before what is said of an entry."""


@dataclass(frozen=True)
class Outcome:
    """A command's answer; every part is optional.

    Args:
        message: talk of one line or a few, for stderr.
        text: a longer text to page, for stdout; data, not yet sanitised. Where there are rows,
            it is shown in place of them on a screen.
        layout: how that text's lines may be broken anew.
        columns: the columns of an answer in rows; drawn like a query's result.
        rows: that answer's rows, read once.
        content: what those rows are.
        title: a line above the rows.
        footer: lines below the rows, laid out as entries.
        session: the session from now on.
        settings: the settings from now on.
        variables: all variables from now on.
        request: what only the front end can do, such as running a file.
    """

    message: str = ""
    text: str = ""
    layout: Layout = Layout.EXACT
    columns: tuple[Column, ...] = ()
    rows: Iterable[Row] = ()
    content: Content = Content.LIST
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


def figures(names: tuple[str, str], rows: Iterable[tuple[str, str]]) -> Outcome:
    """Return names with their values, those without one left out."""
    columns = tuple(Column(name, "varchar") for name in names)
    known = tuple(row for row in rows if row[1])
    return Outcome(columns=columns, rows=known, content=Content.FIGURES)
