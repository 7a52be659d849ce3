"""A result that is read on after a log-in: no row is lost, none comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.errors import LoginRequired, ResultError
from athena_shell.core.model import Column, Page, QueryExecution, QueryState, ResultSet, Row
from athena_shell.core.ports import Engine
from athena_shell.query.rereading import read_on

COLUMNS = (Column("n"),)
EXECUTION = QueryExecution("q-1", QueryState.SUCCEEDED)


def pages(sizes: list[int], fails_at: int | None) -> Iterator[Page]:
    """Yield pages of numbered rows; the one at a place needs a login instead."""
    first = 0
    for place, size in enumerate(sizes):
        if place == fails_at:
            raise LoginRequired("The token has expired.", "Get a new one.")
        yield Page(tuple((str(number),) for number in range(first, first + size)), "more")
        first += size


@dataclass
class Results:
    """A service that cuts the same rows into other pages at each reading."""

    readings: list[tuple[list[int], int | None]]
    columns: tuple[Column, ...] = COLUMNS
    fetched: int = 0

    def fetch(self, execution: QueryExecution) -> ResultSet:
        assert execution is EXECUTION
        sizes, fails_at = self.readings[self.fetched]
        self.fetched += 1
        if fails_at == -1:
            raise LoginRequired("The token has expired.", "Get a new one.")
        return ResultSet(self.columns, pages(sizes, fails_at))


@dataclass
class Person:
    asked: list[str] = field(default_factory=list)
    refuses: bool = False

    def log_in(self, error: LoginRequired) -> None:
        self.asked.append(error.message)
        if self.refuses:
            raise LoginRequired("No new token was given.", r"\login asks again.")


def read(service: Results, person: Person) -> list[Row]:
    first = service.fetch(EXECUTION)
    again = read_on(first, EXECUTION, lambda: cast("Engine", service), person.log_in)
    return list(again.rows())


@st.composite
def readings(draw: st.DrawFn) -> list[tuple[list[int], int | None]]:
    """Readings of one result of up to thirty rows, all but the last one cut off."""
    total = draw(st.integers(0, 30))
    found: list[tuple[list[int], int | None]] = []
    for number in range(draw(st.integers(1, 5))):
        cuts = sorted(draw(st.lists(st.integers(0, total), max_size=6)))
        sizes = [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]
        fails_at = draw(st.integers(0 if number == 0 else -1, len(sizes) - 1))
        found.append((sizes, fails_at))
    sizes, _ = found[-1]
    return [*found, (sizes, None)]


@given(readings())
def test_every_row_comes_once_however_often_the_login_ends(
    cut: list[tuple[list[int], int | None]],
) -> None:
    service, person = Results(cut), Person()
    total = sum(cut[0][0])
    assert read(service, person) == [(str(number),) for number in range(total)]
    assert service.fetched == len(cut)
    assert person.asked == ["The token has expired."] * (len(cut) - 1)


def test_nobody_is_asked_before_the_page_is_wanted() -> None:
    service, person = Results([([2, 2], 1)]), Person()
    result = read_on(
        service.fetch(EXECUTION), EXECUTION, lambda: cast("Engine", service), person.log_in
    )
    rows = result.rows()
    assert [next(rows), next(rows)] == [("0",), ("1",)]
    assert person.asked == []


def test_a_refusal_names_the_way_to_the_rest() -> None:
    service, person = Results([([2, 2], 1)]), Person(refuses=True)
    with pytest.raises(LoginRequired) as caught:
        read(service, person)
    assert caught.value.message == (
        "The result of query q-1 was not read to its end: No new token was given."
    )
    assert caught.value.hint == (
        r"\login asks again. \result q-1 (or athena-shell --attach q-1) then shows all of it;"
        " nothing runs again."
    )


@pytest.mark.parametrize(
    ("sizes", "columns"), [([1], COLUMNS), ([4], (replace(COLUMNS[0], name="m"),))]
)
def test_another_result_is_refused(sizes: list[int], columns: tuple[Column, ...]) -> None:
    service = Results([([2, 2], 1), (sizes, None)])
    first = service.fetch(EXECUTION)
    service.columns = columns
    again = read_on(first, EXECUTION, lambda: cast("Engine", service), Person().log_in)
    with pytest.raises(ResultError, match="q-1 changed while it was read"):
        list(again.rows())
