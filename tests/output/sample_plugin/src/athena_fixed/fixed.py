"""A format: columns of one width, a bar between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_shell.output.registry import Formatter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from athena_shell.core.model import Column, Row
    from athena_shell.output.options import FormatOptions

WIDTH: Final = 8


def _format(
    columns: Sequence[Column], rows: Iterable[Row], options: FormatOptions
) -> Iterator[str]:
    yield _line([column.name for column in columns])
    for row in rows:
        yield _line([options.null if cell is None else cell for cell in row])


def _line(cells: Iterable[str]) -> str:
    return "|".join(f"{cell[:WIDTH]:{WIDTH}}" for cell in cells) + "\n"


FORMATTER = Formatter("fixed", "columns of one width", _format)
