"""The statement around a query, and where in S3 it writes."""

from __future__ import annotations

import re

import pytest

from athena_shell.core.errors import CommandError
from athena_shell.core.model import Target, Workgroup
from athena_shell.query.unload import is_unloadable, result_location, unloading
from athena_shell.sql.variables import substitute


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("SELECT 1", True),
        ("-- why\n(SELECT 1)", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("VALUES 1", True),
        ("TABLE orders", True),
        ("SHOW TABLES", False),
        ("EXPLAIN SELECT 1", False),
        ("INSERT INTO a SELECT 1", False),
        ("UNLOAD (SELECT 1) TO 's3://b/' WITH (format = 'PARQUET')", False),
        ("EXECUTE it", False),
        ("", False),
    ],
)
def test_only_queries_are_unloaded(text: str, *, taken: bool) -> None:
    assert is_unloadable(text) is taken


def test_places_lead_back_to_what_was_typed() -> None:
    typed = "SELECT :'who', nope -- why"
    made = unloading(substitute(typed, {"who": "a long value"}), "s3://bucket/it's/")

    assert re.fullmatch(
        r"UNLOAD \(SELECT 'a long value', nope -- why\n"
        r"\) TO 's3://bucket/it''s/unload-[0-9a-f-]{36}/' WITH \(format = 'PARQUET'\)",
        made.text,
    )
    assert made.typed_offset(0) == 0
    assert made.typed_offset(made.text.index("SELECT")) == 0
    assert made.typed_offset(made.text.index("long")) == typed.index(":")
    assert made.typed_offset(made.text.index("nope")) == typed.index("nope")
    assert made.typed_offset(made.text.index("format")) == len(typed)


@pytest.mark.parametrize(
    ("own", "workgroup", "place"),
    [
        ("s3://own/", Workgroup("w", output_location="s3://group/"), "s3://own/"),
        ("", Workgroup("w", output_location="s3://group/"), "s3://group/"),
        ("s3://own/", Workgroup("w", output_location="s3://group/", enforced=True), "s3://group/"),
    ],
)
def test_parts_go_below_the_result_location(own: str, workgroup: Workgroup, place: str) -> None:
    assert result_location(Target(output_location=own), workgroup) == place


@pytest.mark.parametrize(
    ("own", "workgroup"),
    [("", Workgroup("w")), ("s3://own/", Workgroup("w", managed_results=True))],
)
def test_without_a_place_in_s3_there_is_no_unload(own: str, workgroup: Workgroup) -> None:
    with pytest.raises(CommandError, match="no place in S3"):
        result_location(Target(output_location=own), workgroup)
