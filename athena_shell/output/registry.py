"""The output formats by name: built-in ones and those of installed plugins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Final

from athena_shell.config.looks import FORMATTER_GROUP
from athena_shell.core.deferred import deferred
from athena_shell.core.errors import CommandError, PluginError
from athena_shell.core.model import Column, Row
from athena_shell.core.records import dataclass
from athena_shell.output.missing import Extra
from athena_shell.output.options import FormatOptions

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENTRY_POINT_GROUP: Final = FORMATTER_GROUP

Format = Callable[[Sequence[Column], Iterable[Row], FormatOptions], Iterator[str]]
Write = Callable[[Sequence[Column], Iterable[Row], IO[bytes], FormatOptions], None]
Convert = Callable[[Sequence[Column], IO[bytes], IO[bytes], Callable[[int], None]], bool]


@dataclass(frozen=True)
class Formatter:
    """One output format: rows to text, or rows to the bytes of a file.

    Args:
        name: what users type, lower case.
        summary: one line for help.
        format: yields the text in pieces, taking rows only as they are needed; ``None`` for a
            binary format.
        write: writes the bytes of a binary format to a seekable stream.
        convert: writes the same bytes from Athena's own CSV, much faster, and tells the rows so
            far; returns false when that CSV cannot be read so.
        extensions: file name endings that choose this format, with the dot.
        aliases: other names.
        drawn: made for eyes: always sanitised, and worth a pager.
        needs: the optional part of this package that writes it.
    """

    name: str
    summary: str
    format: Format | None = None
    write: Write | None = None
    convert: Convert | None = None
    extensions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    drawn: bool = False
    needs: Extra | None = None

    @property
    def binary(self) -> bool:
        """Whether the format is bytes for a file and cannot be shown."""
        return self.format is None

    def require(self) -> None:
        """Refuse a format whose package is not installed; raises CommandError."""
        if self.needs is not None:
            self.needs.require(f"The {self.name} format")

    def text(
        self, columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
    ) -> Iterator[str]:
        """Return the text in pieces; raises CommandError for a binary format."""
        if self.format is None:
            example = f"\\export result{self.extensions[0]}" if self.extensions else ""
            raise CommandError(f"{self.name} is a format for files.", f"Write it with {example}.")
        return self.format(columns, rows, options)


_ARROW: Final = Extra("parquet", "pyarrow")

BUILT_IN: Final = (
    Formatter(
        "table",
        "aligned columns in a frame",
        deferred("output.table:format_table"),
        extensions=(".txt",),
        aliases=("aligned", "column"),
        drawn=True,
    ),
    Formatter(
        "vertical",
        "a line for each column",
        deferred("output.vertical:format_vertical"),
        aliases=("expanded", "line"),
        drawn=True,
    ),
    Formatter(
        "inline",
        "head and tail of a large result",
        deferred("output.inline:format_inline"),
        aliases=("duckbox",),
        drawn=True,
    ),
    Formatter(
        "csv",
        "comma-separated, as Athena's own files",
        deferred("output.delimited:format_csv"),
        extensions=(".csv",),
        aliases=("csv_header",),
    ),
    Formatter(
        "tsv",
        "tab-separated",
        deferred("output.delimited:format_tsv"),
        extensions=(".tsv", ".tab"),
        aliases=("tsv_header", "tabs"),
    ),
    Formatter(
        "json", "one array of objects", deferred("output.json:format_json"), extensions=(".json",)
    ),
    Formatter(
        "jsonl",
        "one object a line",
        deferred("output.json:format_jsonl"),
        extensions=(".jsonl", ".ndjson"),
        aliases=("ndjson", "jsonlines"),
    ),
    Formatter(
        "markdown",
        "a Markdown table",
        deferred("output.markup:format_markdown"),
        extensions=(".md", ".markdown"),
        aliases=("md",),
        drawn=True,
    ),
    Formatter(
        "html",
        "an HTML table",
        deferred("output.markup:format_html"),
        extensions=(".html", ".htm"),
        drawn=True,
    ),
    Formatter(
        "insert",
        "INSERT statements",
        deferred("output.insert:format_insert"),
        extensions=(".sql",),
        aliases=("sql-insert",),
    ),
    Formatter(
        "plain",
        "bare values parted by tabs",
        deferred("output.plain:format_plain"),
        aliases=("values", "unaligned", "list"),
    ),
    Formatter(
        "null",
        "nothing, for timings",
        deferred("output.plain:format_nothing"),
        aliases=("none", "trash"),
    ),
    Formatter(
        "xlsx",
        "an Excel workbook",
        write=deferred("output.xlsx:write_xlsx"),
        extensions=(".xlsx",),
        needs=Extra("xlsx", "xlsxwriter"),
    ),
    Formatter(
        "parquet",
        "a Parquet file",
        write=deferred("output.columnar:write_parquet"),
        convert=deferred("output.columnar:parquet_from_csv"),
        extensions=(".parquet", ".pq"),
        needs=_ARROW,
    ),
    Formatter(
        "arrow",
        "an Arrow IPC file",
        write=deferred("output.columnar:write_arrow"),
        convert=deferred("output.columnar:arrow_from_csv"),
        extensions=(".arrow", ".feather"),
        aliases=("feather",),
        needs=_ARROW,
    ),
    Formatter(
        "latex",
        "a LaTeX tabular",
        deferred("output.markup:format_latex"),
        extensions=(".tex",),
        drawn=True,
    ),
)


class FormatterRegistry:
    """The formats that can be named; immutable after it is made.

    Args:
        formatters: built-in formats; a repeated name or alias is a ValueError.
        entry_points: lists the plugins' entry points, without importing them.
    """

    def __init__(
        self,
        formatters: Iterable[Formatter] = BUILT_IN,
        entry_points: Callable[[], Iterable[EntryPoint]] | None = None,
    ) -> None:
        self._formatters = tuple(formatters)
        self._entry_points = entry_points or installed_plugins
        self._by_name: dict[str, Formatter] = {}
        for formatter in self._formatters:
            for name in (formatter.name, *formatter.aliases):
                if name in self._by_name:
                    raise ValueError(f"two formats are called {name}")
                self._by_name[name] = formatter

    def names(self) -> tuple[str, ...]:
        """Return the formats' names, built-in ones first; no plugin is imported."""
        plugins = {point.name for point in self._entry_points()} - self._by_name.keys()
        return (*(formatter.name for formatter in self._formatters), *sorted(plugins))

    def built_in(self) -> tuple[Formatter, ...]:
        """Return the built-in formats in order."""
        return self._formatters

    def named(self, name: str) -> Formatter:
        """Return a format by name or alias, in any case.

        Raises:
            CommandError: no format has that name.
            PluginError: the plugin of that name cannot be loaded.
        """
        key = name.strip().lower()
        if key in self._by_name:
            return self._by_name[key]
        for point in self._entry_points():
            if point.name.lower() == key:
                return _loaded(point)
        from difflib import get_close_matches

        near = get_close_matches(key, self.names(), 1)
        hint = f"Did you mean {near[0]}?" if near else f"Choose one of {', '.join(self.names())}."
        raise CommandError(f"There is no format “{name}”.", hint)

    def for_path(self, path: str | PurePath) -> Formatter | None:
        """Return the built-in format that a file name's ending chooses, if any."""
        ending = PurePath(path).suffix.lower()
        for formatter in self._formatters:
            if ending in formatter.extensions:
                return formatter
        return None

    def available(self, warn: Callable[[str], None]) -> tuple[Formatter, ...]:
        """Return every format; a broken plugin only costs a warning."""
        found = list(self._formatters)
        for point in self._entry_points():
            if point.name not in self._by_name:
                try:
                    found.append(_loaded(point))
                except PluginError as error:
                    warn(error.message)
        return tuple(found)


def installed_plugins() -> Iterable[EntryPoint]:
    """Return the installed plugins' entry points."""
    from importlib.metadata import entry_points

    return entry_points(group=ENTRY_POINT_GROUP)


def _loaded(point: EntryPoint) -> Formatter:
    try:
        formatter = point.load()
    except Exception as error:  # a plugin's import may fail in any way
        raise PluginError(
            f"The format plugin {point.name} cannot be loaded: {error}",
            f"Reinstall or remove the package that provides {point.value}.",
        ) from error
    if not isinstance(formatter, Formatter):
        raise PluginError(
            f"The format plugin {point.name} is not a Formatter.",
            f"{point.value} must be an athena_shell.output.registry.Formatter.",
        )
    return formatter
