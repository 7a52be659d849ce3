"""Every format against its golden file, and against everything that attacks a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from athena_shell.core.model import Column, Row
from athena_shell.output.options import Expanded, FormatOptions, Overflow
from athena_shell.output.registry import BUILT_IN, Formatter

GOLDEN = Path(__file__).parent.parent / "golden"
TEXT_FORMATS = [formatter for formatter in BUILT_IN if not formatter.binary]


def golden_name(formatter: Formatter) -> str:
    return f"{formatter.name}{formatter.extensions[0] if formatter.extensions else '.txt'}"


@pytest.mark.parametrize("formatter", TEXT_FORMATS, ids=golden_name)
def test_golden_file(formatter: Formatter, sample: Any) -> None:
    text = "".join(formatter.text(sample.columns, sample.rows, FormatOptions()))
    path = GOLDEN / "formats" / golden_name(formatter)
    assert text == path.read_bytes().decode("utf-8", "surrogatepass")


@pytest.mark.parametrize("formatter", TEXT_FORMATS, ids=golden_name)
@pytest.mark.parametrize(
    "options",
    [
        FormatOptions(),
        FormatOptions(style="simple_grid", overflow=Overflow.WRAP, max_column_width=9),
        FormatOptions(expanded=Expanded.ON, type_row=True),
        FormatOptions(digit_groups=True, csv_safe=True, quote_all=False, overflow=Overflow.SPILL),
    ],
)
def test_no_format_lets_a_forbidden_code_point_through(
    formatter: Formatter,
    options: FormatOptions,
    forbidden: frozenset[str],
    payloads: Sequence[str],
) -> None:
    texts = [*payloads, *forbidden, *(f"a{character}b" for character in sorted(forbidden))]
    for kind in ("varchar", "json", "bigint", "boolean", "array"):
        columns = [Column(f"c\x1b[2J{payload}", kind) for payload in payloads[:3]]
        rows: list[Row] = list(zip(texts, reversed(texts), texts, strict=True))
        shown = "".join(formatter.text(columns, rows, replace(options, tty=True)))
        assert forbidden.intersection(shown) <= {"\n", "\t"}


@pytest.mark.parametrize("formatter", TEXT_FORMATS, ids=golden_name)
def test_the_null_text_is_sanitised_too(formatter: Formatter, forbidden: frozenset[str]) -> None:
    options = FormatOptions(null="\x1b[5m\u202e", tty=True)
    shown = "".join(formatter.text([Column("a")], [(None,)], options))
    assert forbidden.intersection(shown) <= {"\n"}


@pytest.mark.parametrize(
    "formatter",
    [item for item in TEXT_FORMATS if item.name not in {"null", "inline"}],
    ids=golden_name,
)
def test_rows_are_taken_as_they_are_needed(formatter: Formatter) -> None:
    taken = 0

    def rows() -> Any:
        nonlocal taken
        for _ in range(1_000_000):
            taken += 1
            yield ("a", "1")

    pieces = iter(formatter.text([Column("t"), Column("n", "bigint")], rows(), FormatOptions()))
    for _ in range(3):
        next(pieces)
    assert taken <= 15_000


@pytest.mark.parametrize("formatter", TEXT_FORMATS, ids=golden_name)
def test_a_huge_value_does_no_harm(formatter: Formatter) -> None:
    size = 32_000_000 if formatter.name in {"table", "csv"} else 2_000_000
    rows: list[Row] = [("1", "漢字\n" + "x" * size), ("2", None)]
    columns = [Column("id", "bigint"), Column("text")]
    pieces = formatter.text(columns, rows, FormatOptions(tty=True, width=80))
    assert max((len(piece) for piece in pieces), default=0) < 100_000_000
