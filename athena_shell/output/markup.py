"""Rows as a table in a markup language: Markdown, HTML or LaTeX.

Values are escaped for the language and sanitised, since none of the three can carry a control
character.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from athena_shell.core.model import Column, Row
from athena_shell.output import values
from athena_shell.output.options import FormatOptions
from athena_shell.output.sanitize import sanitize
from athena_shell.output.widths import display_width, pad

_SAMPLE_ROWS: Final = 200
_WIDEST_PADDING: Final = 80
_MARKDOWN: Final = re.compile(r"[\\`*\[\]|~]|(?<!\w)_|_(?!\w)|[<&\n]")
_MARKDOWN_ENTITIES: Final = {"<": "&lt;", "&": "&amp;", "\n": "<br>"}
_LATEX: Final = re.compile(r"[\\{}$&#%_^~<>|\n\"\[]")
_LATEX_COMMANDS: Final = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "[": "{[}",  # at the start of a row it would be an argument of the line end before it
    "\n": " ",
}


def format_markdown(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield a GitHub-flavoured Markdown table, padded to the width of its first rows."""
    if not columns:
        return
    cells = _cells(columns, rows, options, _markdown)
    header = [_markdown(_clean(column.name, options)) for column in columns]
    sample = list(islice(cells, _SAMPLE_ROWS))
    right = [values.is_number(column) for column in columns]
    widths = [
        min(_WIDEST_PADDING, max(3, *map(display_width, column)))
        for column in zip(header, *sample, strict=True)
    ]

    def line(row: Sequence[str]) -> str:
        padded = (
            pad(cell, width, right=aligned)
            for cell, width, aligned in zip(row, widths, right, strict=True)
        )
        return f"| {' | '.join(padded)} |\n"

    rules = (
        "-" * (width - 1) + (":" if aligned else "-")
        for width, aligned in zip(widths, right, strict=True)
    )
    yield line(header) + f"| {' | '.join(rules)} |\n"
    yield from map(line, chain(sample, cells))


def format_html(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield an HTML ``table`` element; numbers and missing values carry a class."""
    if not columns:
        return

    def tag(column: Column, name: str) -> str:
        return f'<{name} class="number">' if values.is_number(column) else f"<{name}>"

    opening = [tag(column, "td") for column in columns]
    null = f'<td class="null">{html.escape(_clean(options.null, options))}</td>'
    names = "".join(
        f"{tag(column, 'th')}{html.escape(_clean(column.name, options))}</th>" for column in columns
    )
    head = f"<thead>\n<tr>{names}</tr>\n</thead>\n" if options.header else ""
    yield f"<table>\n{head}<tbody>\n"
    for row in _shown(columns, rows, options):
        data = (
            null if cell is None else f"{start}{html.escape(_clean(cell, options))}</td>"
            for start, cell in zip(opening, row, strict=True)
        )
        yield f"<tr>{''.join(data)}</tr>\n"
    yield "</tbody>\n</table>\n"


def format_latex(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    """Yield a LaTeX ``tabular`` environment with numbers aligned right."""
    if not columns:
        return
    alignment = "".join("r" if values.is_number(column) else "l" for column in columns)
    names = " & ".join(_latex(_clean(column.name, options)) for column in columns)
    header = f"{names} \\\\\n\\hline\n" if options.header else ""
    yield f"\\begin{{tabular}}{{{alignment}}}\n\\hline\n{header}"
    for row in _cells(columns, rows, options, _latex):
        yield f"{' & '.join(row)} \\\\\n"
    yield "\\hline\n\\end{tabular}\n"


def _shown(columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions) -> Iterator[Row]:
    shown = values.shown_rows(columns, options)
    for row in rows:
        yield shown([row])[0] if shown else row


def _cells(
    columns: Sequence[Column],
    rows: Iterable[Row],
    options: FormatOptions,
    escape: Callable[[str], str],
) -> Iterator[list[str]]:
    null = escape(_clean(options.null, options))
    for row in _shown(columns, rows, options):
        yield [null if cell is None else escape(_clean(cell, options)) for cell in row]


def _clean(text: str, options: FormatOptions) -> str:
    return sanitize(text, keep_newlines=True, keep_tabs=True, keep_joiners=options.keep_joiners)


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(
        lambda match: _MARKDOWN_ENTITIES.get(match.group()) or f"\\{match.group()}", text
    )


def _latex(text: str) -> str:
    return _LATEX.sub(
        lambda match: _LATEX_COMMANDS.get(match.group()) or f"\\{match.group()}", text
    )
