"""Whether a result is printed or looked at full-screen: it is printed when it fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from athena_shell.core.counting import counted
from athena_shell.core.model import Column, Row
from athena_shell.core.records import dataclass
from athena_shell.output.options import Expanded, FormatOptions
from athena_shell.output.registry import Formatter, FormatterRegistry
from athena_shell.output.screen import Screen
from athena_shell.output.sink import Sink
from athena_shell.output.transfer import export_rows, format_for
from athena_shell.shell.viewer_parts import Abilities

BUILT_IN = frozenset({"auto", "builtin", "built-in"})
"""Values of the setting ``pager`` that mean the built-in viewer."""

View = Callable[[Sequence[Column], Iterator[Row], FormatOptions, Abilities], None]


def wants_viewer(
    setting: str, formatter: Formatter, options: FormatOptions, environment: Mapping[str, str]
) -> bool:
    """Whether results too big for the screen open the built-in viewer.

    Args:
        setting: the setting ``pager``.
        formatter: the format of the result; only a table is a grid, records asked for are not.
        options: how the result looks, and whether it goes to a terminal.
        environment: ``TERM``; a dumb terminal cannot be drawn on.
    """
    return (
        setting.strip().lower() in BUILT_IN
        and formatter.name == "table"
        and options.expanded is not Expanded.ON
        and options.tty
        and environment.get("TERM", "") not in {"", "dumb", "unknown"}
    )


@dataclass(frozen=True)
class Choice:
    """Prints results that fit and opens the viewer on the others.

    Args:
        sink: where results are printed.
        screen: how much fits.
        view: opens the viewer.
    """

    sink: Sink
    screen: Screen
    view: View

    def show(
        self,
        formatter: Formatter,
        columns: Sequence[Column],
        rows: Iterable[Row],
        options: FormatOptions,
        abilities: Abilities,
    ) -> None:
        """Show a result; no more rows are taken than are looked at."""
        recorded = _Recorded(iter(rows))
        held: list[str] = []
        lines = 0
        for piece in formatter.text(columns, recorded, options):
            held.append(piece)
            lines += self.screen.lines_of(piece)
            if lines > self.screen.height:
                self.view(columns, recorded.all(), options, abilities)
                return
        self.sink.write_all(held)


class _Recorded:
    """Rows that can be read once more from the first one."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._taken: list[Row] = []

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self._taken.append(row)
            yield row

    def all(self) -> Iterator[Row]:
        return chain(self._taken, self._rows)


def abilities_of(
    formatters: FormatterRegistry,
    directory: Path,
    options: FormatOptions,
    *,
    copying: bool = False,
) -> Abilities:
    """Return what the viewer may do: export by a file's ending, copy if the user wishes it.

    Args:
        formatters: the formats by name.
        directory: where relative file names begin.
        options: how exported values look, as in a file.
        copying: whether the terminal's clipboard may be written (OSC 52).
    """

    def export(path: Path, columns: Sequence[Column], rows: Iterator[Row]) -> str:
        target = directory / path
        written = export_rows(format_for(formatters, target), columns, rows, target, options)
        return f"{counted(written.rows, 'row')} to {path}"

    return Abilities(export, (lambda _text: None) if copying else None)
