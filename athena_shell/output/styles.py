"""The lines around a table, by the names that tabulate gave them."""

from __future__ import annotations

from typing import Final

from athena_shell.core.errors import CommandError
from athena_shell.core.records import dataclass


@dataclass(frozen=True)
class Rule:
    """A horizontal line: its ends, what fills a column, what stands between two columns."""

    begin: str
    fill: str
    separator: str
    end: str

    def draw(self, widths: list[int]) -> str:
        """Return the line over columns of these widths, padding included."""
        columns = self.separator.join(self.fill * width for width in widths)
        return f"{self.begin}{columns}{self.end}".rstrip()


@dataclass(frozen=True)
class Edges:
    """What stands before, between and after the cells of a row."""

    begin: str
    separator: str
    end: str

    @property
    def is_ascii(self) -> bool:
        """Whether a line in this frame is ASCII when its cells are."""
        return f"{self.begin}{self.separator}{self.end}".isascii()

    @property
    def is_open(self) -> bool:
        """Whether lines in this frame may end in blanks, which are not drawn."""
        return not self.end or self.end.endswith(" ")


@dataclass(frozen=True)
class Style:
    """How a table is framed; a missing rule is not drawn."""

    row: Edges
    header: Edges
    top: Rule | None = None
    below_header: Rule | None = None
    between: Rule | None = None
    bottom: Rule | None = None
    padding: int = 1


def _box(cells: str, top: str, header: str, bottom: str, between: str = "") -> Style:
    edges = Edges(*cells)
    return Style(
        edges,
        edges,
        top=Rule(*top),
        below_header=Rule(*header),
        between=Rule(*between) if between else None,
        bottom=Rule(*bottom),
    )


_PLAIN_EDGES: Final = Edges("", "  ", "")
_GITHUB: Final = Style(
    Edges("|", "|", "|"), Edges("|", "|", "|"), below_header=Rule("|", "-", "|", "|")
)
_PSQL: Final = Style(
    Edges("|", "|", "|"),
    Edges("|", "|", "|"),
    top=Rule("+", "-", "+", "+"),
    below_header=Rule("|", "-", "+", "|"),
    bottom=Rule("+", "-", "+", "+"),
)
_BOX: Final = _box("│││", "┌─┬┐", "├─┼┤", "└─┴┘")
_ROUNDED: Final = _box("│││", "╭─┬╮", "├─┼┤", "╰─┴╯")

STYLES: Final[dict[str, Style]] = {
    "psql": _PSQL,
    "box": _BOX,
    "rounded": _ROUNDED,
    "simple": Style(_PLAIN_EDGES, _PLAIN_EDGES, below_header=Rule("", "-", "  ", ""), padding=0),
    "plain": Style(_PLAIN_EDGES, _PLAIN_EDGES, padding=0),
    "github": _GITHUB,
    "outline": _box("|||", "+-++", "+=++", "+-++"),
    "grid": _box("|||", "+-++", "+=++", "+-++", "+-++"),
    "simple_outline": _BOX,
    "simple_grid": _box("│││", "┌─┬┐", "├─┼┤", "└─┴┘", "├─┼┤"),
    "rounded_outline": _ROUNDED,
    "rounded_grid": _box("│││", "╭─┬╮", "├─┼┤", "╰─┴╯", "├─┼┤"),
    "heavy_outline": _box("┃┃┃", "┏━┳┓", "┣━╋┫", "┗━┻┛"),
    "double_outline": _box("║║║", "╔═╦╗", "╠═╬╣", "╚═╩╝"),
}
"""The styles drawn without loading tabulate; the others are read from it when asked for."""

FROM_TABULATE: Final = (
    "double_grid",
    "fancy_grid",
    "fancy_outline",
    "heavy_grid",
    "jira",
    "mixed_grid",
    "mixed_outline",
    "orgtbl",
    "presto",
    "pretty",
    "rst",
    "youtrack",
)


ALIASES: Final = {"unicode": "box", "ascii": "psql"}


def names() -> tuple[str, ...]:
    """Return every style's name in alphabetical order."""
    return tuple(sorted((*STYLES, *FROM_TABULATE, *ALIASES)))


def style_named(name: str, *, unicode: bool = True) -> Style:
    """Return a style; with ``unicode`` false, one whose lines are ASCII.

    Raises:
        CommandError: no style has that name.
    """
    name = ALIASES.get(name, name)
    if name in STYLES:
        style = STYLES[name]
    elif name in FROM_TABULATE:
        style = _from_tabulate(name)
    else:
        raise CommandError(
            f"There is no table style “{name}”.", f"Choose one of {', '.join(names())}."
        )
    return style if unicode or _is_ascii(style) else _PSQL


def _is_ascii(style: Style) -> bool:
    return repr(style).isascii()


def _from_tabulate(name: str) -> Style:
    import tabulate

    # tabulate publishes the names of its styles but not their pieces
    pieces = tabulate._table_formats[name]  # type: ignore[attr-defined]  # noqa: SLF001

    def rule(line: tuple[str, str, str, str] | None) -> Rule | None:
        return Rule(*line) if line else None

    return Style(
        row=Edges(*pieces.datarow),
        header=Edges(*pieces.headerrow),
        top=rule(pieces.lineabove),
        below_header=rule(pieces.linebelowheader),
        between=rule(pieces.linebetweenrows),
        bottom=rule(pieces.linebelow),
        padding=pieces.padding,
    )
