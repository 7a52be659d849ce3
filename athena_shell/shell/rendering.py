"""Results on the screen: the format, the pager and how many rows went by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from pathlib import Path
from typing import Final

from athena_shell.config.settings import Settings
from athena_shell.core.model import Column, Row
from athena_shell.core.records import dataclass
from athena_shell.output.intermission import Intermission
from athena_shell.output.options import Content, Expanded, FormatOptions, options_for
from athena_shell.output.pager import Pager, pager_command
from athena_shell.output.registry import Formatter, FormatterRegistry
from athena_shell.output.screen import Screen
from athena_shell.shell.console import Console
from athena_shell.shell.theme import Role
from athena_shell.shell.viewer_choice import Choice, abilities_of, wants_viewer

_LINES_FOR_TALK: Final = 2


class Counted:
    """Rows on their way through, counted."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.count = 0
        self.complete = False

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row
        self.complete = True


@dataclass(frozen=True)
class Renderer:
    """Draws results.

    Args:
        console: where to.
        formatters: the formats by name.
        environment: ``PAGER`` and the rest of what a pager inherits.
        directory: returns the working directory.
        intermission: asks for a login that the rest of a result needs.
    """

    console: Console
    formatters: FormatterRegistry
    environment: Mapping[str, str]
    directory: Callable[[], Path]
    intermission: Intermission = field(default_factory=Intermission)

    def options(self, settings: Settings, *, vertical: bool = False) -> FormatOptions:
        """Return the settings as formatters read them, for the terminal as it is now."""
        tty = self.console.sink.tty
        options = options_for(
            settings,
            Screen(*self.console.size()) if tty else None,
            tty=tty,
            color=self.console.colored,
            unicode=self.console.sink.encoding.lower().replace("-", "") == "utf8",
        )
        return replace(options, expanded=Expanded.ON) if vertical else options

    def formatter(self, settings: Settings, *, vertical: bool = False) -> Formatter:
        """Return the format to draw in."""
        return self.formatters.named("vertical" if vertical else settings.format)

    def require_drawable(self, settings: Settings) -> None:
        """Make sure before anything is run that its result can be shown.

        Raises:
            CommandError: the format is one for files.
            PluginError: the format's plugin cannot be loaded.
        """
        self.formatter(settings).text((), (), options_for(settings))

    def show(
        self,
        columns: Sequence[Column],
        rows: Iterable[Row],
        settings: Settings,
        *,
        vertical: bool = False,
        content: Content = Content.RESULT,
    ) -> None:
        """Draw a result, paged when it does not fit; rows are taken only as they are shown."""
        formatter = self.formatter(settings, vertical=vertical)
        options = replace(self.options(settings, vertical=vertical), content=content)
        if not formatter.drawn:
            options = replace(options, expanded=Expanded.OFF)
        if wants_viewer(settings.pager, formatter, options, self.environment):
            from athena_shell.shell.viewer import view

            abilities = abilities_of(
                self.formatters,
                self.directory(),
                options_for(settings),
                copying=settings.clipboard == "osc52",
            )
            look = partial(view, intermission=self.intermission)
            choice = Choice(self.console.sink, self.screen(), look)
            choice.show(formatter, columns, rows, options, abilities)
            return
        self.page(formatter.text(columns, rows, options), settings)

    def page(self, pieces: Iterator[str], settings: Settings) -> None:
        """Print safe text, through the pager when it does not fit."""
        pager = Pager(
            pager_command(settings.pager, self.environment),
            self.environment,
            lambda text: self.console.say(text, Role.NOTICE),
            self.intermission,
        )
        pager.show(pieces, self.console.sink, self.screen())
        self.console.sink.flush()

    def screen(self) -> Screen:
        """Return how much fits without a pager."""
        columns, lines = self.console.size()
        return Screen(columns, max(1, lines - _LINES_FOR_TALK))
