"""From value to text, once."""

from __future__ import annotations

import pytest

from athena_shell.core.model import Column
from athena_shell.output.values import group_digits, magnitude, type_text, unique_names


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("1", "1"),
        ("999", "999"),
        ("1000", "1,000"),
        ("-1234567.10", "-1,234,567.10"),
        ("+1000", "+1,000"),
        ("0001000", "0,001,000"),
        ("1.0E10", "1.0E10"),
        ("1000.0E10", "1000.0E10"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("", ""),
        ("1000.", "1000."),
        ("١٠٠٠", "١٠٠٠"),
    ],
)
def test_digits_are_grouped_in_plain_numerals_only(text: str, grouped: str) -> None:
    assert group_digits(text) == grouped


def test_types_read_as_in_sql() -> None:
    assert type_text(Column("d", "decimal", 10, 2)) == "decimal(10,2)"
    assert type_text(Column("v", "varchar", 100)) == "varchar"


def test_names_become_unique() -> None:
    columns = [Column(name) for name in ("a", "a", "a_2", "", "a", "")]
    assert unique_names(columns) == ("a", "a_3", "a_2", "_col3", "a_4", "_col5")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("999999", ""),
        ("1000000", "1.00 million"),
        ("-2500000000", "-2.50 billion"),
        ("1.0E12", "1.00 trillion"),
        ("1234567890123456", "1.23 quadrillion"),
        ("1" * 19, ""),
        ("NaN", ""),
        ("Infinity", ""),
        ("none", ""),
        ("1" * 100, ""),
    ],
)
def test_big_numbers_have_a_magnitude(text: str, words: str) -> None:
    assert magnitude(text) == words
