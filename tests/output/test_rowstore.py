"""Kept rows come back as they went in, from memory or from the file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.errors import OutputError
from athena_shell.core.model import Row
from athena_shell.output.rowstore import RowStore, keep

CELL = st.none() | st.text(st.characters(), max_size=5)


@given(st.lists(st.tuples(CELL, CELL), max_size=30), st.integers(0, 30))
def test_rows_come_back(rows: list[Row], start: int) -> None:
    store = RowStore(700)  # groups of two rows
    store.extend(rows)
    assert len(store) == len(rows)
    assert list(store.rows(start)) == rows[start:]
    assert [store.row(number) for number in range(len(rows))] == rows
    store.close()


def test_any_number_of_rows_in_bounded_memory() -> None:
    store = RowStore(100)
    for first in range(0, 20_000, 500):
        store.extend([(str(number),) * 100 for number in range(first, first + 500)])
    assert store.row(12_345)[0] == "12345"
    assert store.row(0)[99] == "0"
    assert len(store._recent) <= 100
    assert sum(1 for _ in store.rows()) == 20_000
    store.close()


def test_the_file_has_no_name() -> None:
    before = set(Path(tempfile.gettempdir()).iterdir())
    store = RowStore(1)
    store.extend([("x",)] * 5_000)
    assert set(Path(tempfile.gettempdir()).iterdir()) <= before | set()
    store.close()
    with pytest.raises(IndexError):
        store.row(0)


def test_a_search_passes_over_groups_without_the_text() -> None:
    store = RowStore(1000)  # groups of two rows
    store.extend([("Apple",), ("b",), ("c",), ("d",), ('quote "x"',), ("f",), ("tail",)])
    assert [first for first, _ in store.groups_with("apple")] == [0, 6]
    assert [first for first, _ in store.groups_with('"X"')] == [4, 6]
    assert [first for first, _ in store.groups_with("nothing")] == [6]
    store.close()


def test_a_full_store_says_so() -> None:
    store = RowStore(2000, most_bytes=10)
    assert not store.full
    assert keep(store, iter([("a",), ("b",), ("c",), ("d",)]), 3) == 3
    assert store.full
    store.close()


def test_a_disk_that_refuses_is_an_output_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    store = RowStore(2000)
    with pytest.raises(OutputError, match="held rows cannot be written: No space left"):
        store.extend([("a",)])


def test_rows_of_a_closed_store_are_gone() -> None:
    store = RowStore(2000)
    store.extend([("a",)])
    passing = store.groups_with("a")
    file, store._file = store._file, None
    with pytest.raises(OutputError, match="The held rows are gone"):
        next(passing)
    assert file is not None
    file.close()
