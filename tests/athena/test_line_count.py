"""Rows of a CSV file, counted without a reader, agree with one."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.athena import line_count
from athena_shell.athena.line_count import LineCount

CELL = st.none() | st.text(alphabet='a",\n\ré', max_size=6)


@given(
    st.lists(st.lists(CELL, min_size=1, max_size=3), max_size=12),
    st.integers(1, 5),
    st.integers(0, 40),
)
def test_as_many_as_were_written(rows: list[list[str | None]], block: int, stop: int) -> None:
    text = '"a"\n' + "".join(
        ",".join("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row) + "\n"
        for row in rows
    )
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryFile() as file:
        patch.setattr(line_count, "_BLOCK", block)
        file.write(text.encode())
        file.flush()
        count = LineCount(file.fileno())
        count.advance(stop)
        count.advance(len(text.encode()))
        assert count.rows == len(rows)


@pytest.mark.parametrize(("text", "rows"), [(b"", 0), (b'"a"\n', 0), (b'"a"\n"1"', 1)])
def test_a_last_line_without_its_end_counts(text: bytes, rows: int) -> None:
    with tempfile.TemporaryFile() as file:
        os.write(file.fileno(), text)
        count = LineCount(file.fileno())
        count.advance(100)
        assert count.rows == rows
