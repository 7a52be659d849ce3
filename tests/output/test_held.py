"""Held results can be read again, whole or as far as they were kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from athena_shell.core.errors import CommandError, OutputError
from athena_shell.core.model import Column, Row
from athena_shell.output.held import HeldResults
from athena_shell.output.rowstore import RowStore

COLUMNS = (Column("id", "bigint"), Column("text"))


def rows(count: int) -> Iterator[Row]:
    for number in range(count):
        yield str(number), None if number % 2 else "x"


@pytest.fixture
def held() -> Iterator[HeldResults]:
    results = HeldResults(most_results=3, most_bytes=100_000)
    yield results
    results.close()


def test_a_whole_result_is_kept_on_its_way(held: HeldResults) -> None:
    result = held.add(COLUMNS, "id-1")
    assert list(result.keep(rows(1234))) == list(rows(1234))
    assert result.complete
    assert len(result) == 1234
    for _ in range(2):
        assert list(held.find().rows()) == list(rows(1234))
    assert (held.find("_1").query_id, held.find("_").name) == ("id-1", "_1")


def test_a_reader_that_stops_keeps_what_it_read(held: HeldResults) -> None:
    result = held.add(COLUMNS)
    passing = result.keep(rows(1000))
    assert len(list(islice(passing, 250))) == 250
    passing.close()
    assert not result.complete
    assert list(result.rows()) == list(rows(250))


def test_a_huge_result_passes_through_but_is_not_kept_whole(held: HeldResults) -> None:
    result = held.add(COLUMNS)
    assert sum(1 for _ in result.keep(rows(50_000))) == 50_000
    assert not result.complete
    assert list(result.rows()) == list(islice(rows(50_000), len(result)))
    assert 1_000 < len(result) < 20_000


def test_a_full_disk_does_not_lose_the_result_shown(
    held: HeldResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_store: RowStore, _rows: object) -> None:
        raise OutputError("full")

    monkeypatch.setattr(RowStore, "extend", refuse)
    result = held.add(COLUMNS)
    assert sum(1 for _ in result.keep(rows(1000))) == 1000
    assert not result.complete


def test_names_count_on_and_the_oldest_goes(held: HeldResults) -> None:
    for number in range(5):
        list(held.add(COLUMNS, f"q{number}").keep(rows(1)))
    assert held.names() == ("_3", "_4", "_5", "_")
    assert [result.query_id for result in held.all()] == ["q2", "q3", "q4"]
    with pytest.raises(CommandError) as raised:
        held.find("_1")
    assert raised.value.hint == "Held are _3, _4, _5, _."


def test_nothing_is_held_at_first(held: HeldResults) -> None:
    assert held.names() == ()
    with pytest.raises(CommandError, match="No result is held yet"):
        held.find()
