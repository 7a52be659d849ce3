"""A result as a grid."""

from __future__ import annotations

import pytest

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Column
from athena_shell.output.crosstab import crosstab

COLUMNS = tuple(Column(name, "varchar") for name in ("r", "c", "n", "rank"))
ROWS = (("a", "Feb", "1", "2"), ("a", "Jan", "2", "1"), ("b", None, "3", "10"))


def test_a_column_of_numbers_puts_the_columns_in_order() -> None:
    columns, rows = crosstab(COLUMNS, ROWS, ("r", "c", "n", "rank"))
    assert [each.name for each in columns] == ["r", "Jan", "Feb", "NULL"]
    assert rows == (("a", "2", "1", None), ("b", None, None, "3"))


def test_without_an_order_columns_come_as_they_appear() -> None:
    columns, _ = crosstab(COLUMNS[:3], [row[:3] for row in ROWS], ())
    assert [each.name for each in columns] == ["r", "Feb", "Jan", "NULL"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("r", "r"), "The column r cannot go down and across."),
        (("r", "c", "n", "c"), "The column c sorts by numbers, and Feb is none."),
        (("x",), "There is no column “x”."),
        (("5",), "There is no column “5”."),
    ],
)
def test_a_wrong_choice_is_named(options: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError) as caught:
        crosstab(COLUMNS, ROWS, options)
    assert caught.value.message == message


def test_the_second_column_alone_goes_down_with_the_first_across() -> None:
    columns, _ = crosstab(COLUMNS[:3], [row[:3] for row in ROWS], ("c",))
    assert [each.name for each in columns] == ["c", "a", "b"]
