"""Errors that point at what was typed, and what to do next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.model import Position
from athena_shell.sql.advice import TEXTS, advise, code_in, steps
from athena_shell.sql.pointing import Pointer, point, point_at
from athena_shell.sql.variables import Substitution, substitute


def test_the_whole_token_is_marked() -> None:
    typed = "SELECT totl\nFROM orders"
    found = point("COLUMN_NOT_FOUND: line 1:8: Column 'totl'", Substitution(typed), typed)
    assert found == Pointer("", 1, 8, "SELECT totl", 7, 11)
    assert found.place == "line 1, column 8"
    assert "\n".join(found.draw()) == "SELECT totl\n       ^^^^"


def test_places_count_in_the_file() -> None:
    typed = "SELECT\n  totl"
    found = point(
        "line 2:3: nope", Substitution(typed), typed, source="a.sql", start=Position(80, 10, 5)
    )
    assert found is not None
    assert found.place == "a.sql:11:3"
    assert found.draw() == ("  totl", "  ^^^^")


def test_a_value_of_a_variable_marks_the_variable() -> None:
    typed = "select *\nfrom :\"table\" where totl = :'a'"
    sent = substitute(typed, {"table": "a_very\nlong_name", "a": "x"})
    offset = sent.text.index("totl")
    before = sent.text[:offset]
    column = offset - before.rfind("\n")
    found = point(f"line {before.count(chr(10)) + 1}:{column}: no", sent, typed)
    assert found is not None
    assert found.draw() == ("from :\"table\" where totl = :'a'", " " * 20 + "^^^^")
    found = point("line 2:6: no such table", sent, typed)
    assert found is not None
    assert found.draw()[1] == " " * 5 + "^" * 8


def test_wide_characters_and_tabs_keep_the_mark_in_place() -> None:
    typed = "select '日本',\tx"
    found = point("line 1:14: no", Substitution(typed), typed)
    assert found is not None
    assert found.draw()[1] == " " * 14 + "\t^"
    assert found.text[found.start : found.end] == "x"


def test_a_message_without_a_place_points_nowhere() -> None:
    assert point("Query exhausted resources", Substitution("select 1"), "select 1") is None


def test_a_place_known_already() -> None:
    assert point_at("a\n  :nope b", 2, 3).draw() == ("  :nope b", "  ^^^^^")


@given(
    st.lists(st.sampled_from(["a ", "'x' ", ":n ", "\n", "日 ", ":empty ", "\t", "--c\n"])).map(
        "".join
    ),
    st.integers(0, 9),
    st.integers(0, 40),
)
def test_a_mark_always_lies_in_its_line(typed: str, line: int, column: int) -> None:
    sent = substitute(typed, {"n": "1\n2", "empty": ""})
    found = point(f"line {line}:{column}: x", sent, typed)
    if found is None:
        assert line == 0
        return
    assert 0 <= found.start <= found.end <= len(found.text)
    assert typed.split("\n")[found.line - 1] == found.text
    assert found.column == found.start + 1
    assert found.draw()[1].strip("\t ") in {"^" * n for n in range(1, 80)}


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ("COLUMN_NOT_FOUND: line 1:8: Column 'a' cannot be resolved", "COLUMN_NOT_FOUND"),
        ("SYNTAX_ERROR: line 1:1: mismatched input 'SELEC'", "SYNTAX_ERROR"),
        ("line 1:1: mismatched input 'SELEC'. Expecting: 'ALTER'", "SYNTAX_ERROR"),
        ("HIVE_BAD_DATA: Error parsing field value", "HIVE_BAD_DATA"),
        ("No output location provided. An output location is required", "missing result location"),
        (
            "GENERIC_USER_ERROR: Insufficient Lake Formation permission(s): Required Select on t",
            "Lake Formation",
        ),
        ("NOT_SUPPORTED: UNPIVOT is not supported by the local engine", "local engine"),
        ("NOT_SUPPORTED: Modifying Hive table rows is not supported", "NOT_SUPPORTED"),
        ("Query exhausted resources at this scale factor", "exhausted resources"),
        ("FAILED: ParseException line 1:7 missing EOF at '-'", "Hive DDL syntax"),
        (
            "The specified bucket does not exist (Service: Amazon S3; NoSuchBucket)",
            "no such bucket",
        ),
        ("Unable to verify/create output bucket nope", "result bucket"),
        ("SOMETHING_NEW: nobody knows", None),
        ("it failed", None),
    ],
)
def test_the_next_step(message: str, key: str | None) -> None:
    advice = advise(message)
    assert (advice.key if advice else None) == key


def test_codes_in_messages() -> None:
    assert code_in("SOMETHING_NEW: x") == "SOMETHING_NEW"
    assert code_in("Query failed: HIVE_BAD_DATA: x") == "HIVE_BAD_DATA"
    assert code_in("nothing") == ""


WELL_KNOWN = """
AMBIGUOUS_NAME COLUMN_NOT_FOUND COLUMN_TYPE_UNKNOWN CONSTRAINT_VIOLATION DIVISION_BY_ZERO
DUPLICATE_COLUMN_NAME EXCEEDED_MEMORY_LIMIT EXCEEDED_TIME_LIMIT EXPRESSION_NOT_AGGREGATE
EXPRESSION_NOT_SCALAR FUNCTION_NOT_FOUND GENERIC_INTERNAL_ERROR GENERIC_USER_ERROR HIVE_BAD_DATA
HIVE_CANNOT_OPEN_SPLIT HIVE_CURSOR_ERROR HIVE_EXCEEDED_PARTITION_LIMIT HIVE_INVALID_METADATA
HIVE_METASTORE_ERROR HIVE_PARTITION_SCHEMA_MISMATCH HIVE_PATH_ALREADY_EXISTS
HIVE_TOO_MANY_OPEN_PARTITIONS HIVE_UNKNOWN_ERROR HIVE_UNSUPPORTED_FORMAT ICEBERG_BAD_DATA
ICEBERG_COMMIT_ERROR ICEBERG_WRITER_OPEN_ERROR INVALID_CAST_ARGUMENT INVALID_FUNCTION_ARGUMENT
MISMATCHED_COLUMN_ALIASES MISSING_COLUMN_ALIASES MISSING_OVER NOT_SUPPORTED PERMISSION_DENIED
QUERY_TIMEOUT SCHEMA_NOT_EMPTY SCHEMA_NOT_FOUND SYNTAX_ERROR TABLE_NOT_FOUND TOO_MANY_REQUESTS
TYPE_MISMATCH
"""


@pytest.mark.parametrize("code", WELL_KNOWN.split())
def test_a_well_known_code_has_its_step(code: str) -> None:
    advice = advise(f"{code}: line 1:1: it went wrong")
    assert advice is not None
    assert (advice.key, advice.step) == (code, steps()[code])


def test_every_known_text_has_its_step() -> None:
    assert {key for key, _ in TEXTS} <= steps().keys()
    assert len(steps()) > 80
    assert all(step and len(step) < 130 for step in steps().values())
