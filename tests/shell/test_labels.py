"""Prompt, toolbar and title: fields filled in, harmless, and narrow enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_shell.shell.labels import filled, fitted, with_room

if TYPE_CHECKING:
    from tests.shell.conftest import Start

LONG = "a_very_long_database_name_that_goes_on_and_on_for_ever"


def test_no_value_drives_the_terminal() -> None:
    hostile = "d\x1b]2;gone\x07\x1b[31m\u202ex\ny"
    assert filled("{database}> ", {"database": hostile}) == ("d^[]2;gone^G^[[31m\\u{202E}x\\ny> ")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("{database}{production}> ", "shop!> "),
        ("{{database}}", "{shop}"),
        ("{database", "{database"),
        ("database}", "database}"),
        ("{nobody}", "{nobody}"),
        ("{}", "{}"),
        ("", ""),
    ],
)
def test_what_is_no_field_stays_as_it_is(pattern: str, text: str) -> None:
    assert filled(pattern, {"database": "shop", "production": "!"}) == text


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (30, "東京データ  primary  us-east-1"),
        (29, "東京データ  primary"),
        (18, "東京データ"),
        (9, "primary"),
        (6, ""),
    ],
)
def test_the_bottom_line_is_as_wide_as_it_looks(width: int, line: str) -> None:
    facts = {"database": "東京データ", "workgroup": "primary", "region": "us-east-1"}
    assert fitted("{database} {workgroup} {region}", facts, width) == line


@pytest.mark.parametrize(
    ("width", "prompt"),
    [
        (120, f"{LONG}!> "),
        (80, "a_very_long_database_name…es_on_and_on_for_ever!> "),
        (40, "a_very_lon…r_ever!> "),
        (20, "a_ver…r!> "),
        (3, "…"),
    ],
)
def test_a_prompt_leaves_room_to_type(width: int, prompt: str) -> None:
    assert with_room(f"{LONG}!> ", width) == prompt


def test_a_prompt_of_wide_letters_leaves_room_too() -> None:
    assert with_room("データベース東京> ", 20) == "デー…京> "


def test_what_is_typed_at_a_long_prompt_is_seen(start: Start) -> None:
    shell = start(columns=40, database=LONG)
    shell.type("SELECT 12345")
    shell.wait_for("a_very_lon…or_ever> SELECT 12345")
