"""How a result is drawn: one frozen record that every formatter reads."""

from __future__ import annotations

from enum import StrEnum

from athena_shell.config.looks import TAB
from athena_shell.config.settings import Settings
from athena_shell.core.records import dataclass
from athena_shell.output.screen import Screen


class Expanded(StrEnum):
    """Whether rows are drawn as records, one line a column."""

    OFF = "off"
    ON = "on"
    AUTO = "auto"


class Overflow(StrEnum):
    """What happens to a cell wider than its column."""

    CUT = "cut"
    WRAP = "wrap"
    SPILL = "spill"


class Content(StrEnum):
    """What rows are, which says how they are drawn where the terminal is narrow."""

    RESULT = "result"
    """Of a query; drawn as records when they are too wide."""
    LIST = "list"
    """A command's list: its long texts go on over several lines first."""
    FIGURES = "figures"
    """A name and its value in each row: one record when drawn as records."""


@dataclass(frozen=True)
class FormatOptions:
    """What formatters may know of the user's wishes and of the place they write to.

    Args:
        width: terminal columns; 0 means unlimited, as in a file.
        height: terminal lines; 0 means unlimited.
        tty: the text goes to a terminal, so every format is sanitised, the exact ones too.
        color: escape sequences for dim and bold may be used.
        unicode: the place can show more than ASCII; otherwise styles fall back to ASCII lines.
        null: text of a missing value in drawn formats.
        style: table style, such as ``psql``; see ``styles.names``.
        expanded: draw records instead of rows: never, always, or when a row is too wide.
        max_column_width: widest column in cells; 0 means as wide as the first rows need.
        overflow: what happens to later, wider cells.
        header: write column names.
        type_row: write column types below the names.
        digit_groups: group the digits of numbers by thousands in drawn formats.
        number_hint: add a readable magnitude such as ``(1.23 million)`` to one-row results.
        pretty: lay out json, array, map and row values on several lines in drawn formats.
        keep_joiners: let ZWJ and ZWNJ through to the terminal, for emoji and some scripts.
        separator: what stands between the values of plain and csv; empty for each one's own.
        quote_all: quote every csv value, as Athena's own result files do.
        csv_safe: guard csv and tsv cells that a spreadsheet would run as a formula.
        table_name: target of INSERT statements.
        batch_rows: rows of one INSERT statement.
        content: what the rows are.
    """

    width: int = 0
    height: int = 0
    tty: bool = False
    color: bool = False
    unicode: bool = True
    null: str = "NULL"
    style: str = "psql"
    expanded: Expanded = Expanded.OFF
    max_column_width: int = 0
    overflow: Overflow = Overflow.CUT
    header: bool = True
    type_row: bool = False
    digit_groups: bool = False
    number_hint: bool = False
    pretty: bool = False
    keep_joiners: bool = False
    separator: str = ""
    quote_all: bool = True
    csv_safe: bool = False
    table_name: str = "result"
    batch_rows: int = 100
    content: Content = Content.RESULT


def options_for(
    settings: Settings,
    screen: Screen | None = None,
    *,
    tty: bool = False,
    color: bool = False,
    unicode: bool = True,
) -> FormatOptions:
    """Return the options that the settings ask for at one place.

    Args:
        settings: the user's wishes.
        screen: the terminal's size; ``None`` for a file or a pipe.
        tty: whether the text goes to a terminal.
        color: whether escape sequences are welcome there.
        unicode: whether more than ASCII can be shown there.
    """
    place = screen or Screen()
    return FormatOptions(
        width=place.width,
        height=place.height,
        tty=tty,
        color=color,
        unicode=unicode,
        null=settings.null,
        style=settings.table_style,
        expanded=Expanded(settings.expanded),
        max_column_width=settings.max_column_width,
        overflow=Overflow(settings.overflow),
        header=not settings.tuples_only,
        type_row=settings.type_row and not settings.tuples_only,
        separator={"auto": "", TAB: "\t"}.get(settings.field_separator, settings.field_separator),
        digit_groups=settings.digit_groups,
        number_hint=settings.number_hint,
        pretty=settings.pretty,
        keep_joiners=settings.keep_joiners,
        csv_safe=settings.csv_safe,
    )
