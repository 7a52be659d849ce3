"""The dialect knows every function of the shell's vocabulary, if only to refuse it by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import athena_shell.sql
from athena_shell.local.date_formats import joda_pattern, mysql_pattern
from athena_shell.local.dialect_calls import SPECIAL
from athena_shell.local.functions import SCALARS
from athena_shell.local.functions_aggregates import AGGREGATES, WINDOWS
from athena_shell.local.functions_refused import REFUSED
from athena_shell.local.types import parse_type

GRAMMAR = {
    "avg", "cast", "current_catalog", "current_date", "current_user", "extract", "json_object",
    "json_query", "json_value", "listagg", "localtimestamp", "normalize", "position", "substring",
    "trim", "try_cast", "unnest",
}  # fmt: skip


def test_every_function_of_the_vocabulary_is_known() -> None:
    text = Path(athena_shell.sql.__path__[0], "functions.txt").read_text("utf-8")
    names = {found[1] for found in re.finditer(r"(?m)^([a-z_0-9]+)\(", text)}
    known = {*SPECIAL, *SCALARS, *AGGREGATES, *WINDOWS, *REFUSED, *GRAMMAR}
    assert len(names) > 300
    assert {name for name in names - known if not name.startswith("st_")} == set()


def test_nothing_is_both_supported_and_refused() -> None:
    assert REFUSED & {*SPECIAL, *SCALARS, *AGGREGATES, *WINDOWS} == set()


@pytest.mark.parametrize(
    ("written", "duck", "athena", "hive"),
    [
        ("integer", "INTEGER", "integer", "int"),
        ("DECIMAL(10, 2)", "DECIMAL(10,2)", "decimal(10,2)", "decimal(10,2)"),
        ("array<struct<a:int,b:string>>", 'STRUCT("a" INTEGER, "b" VARCHAR)[]',
         "array(row(a integer, b varchar))", "array<struct<a:int,b:string>>"),
        ("map(varchar, array(double))", "MAP(VARCHAR, DOUBLE[])", "map(varchar, array(double))",
         "map<string,array<double>>"),
        ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE", "timestamp(3) with time zone",
         "timestamp"),
        ("varchar(10)", "VARCHAR", "varchar(10)", "string"),
        ("STRUCT(INTEGER, VARCHAR)", 'STRUCT("field0" INTEGER, "field1" VARCHAR)',
         "row(integer, varchar)", "struct<field0:int,field1:string>"),
        ("TUPLE(INTEGER, VARCHAR)[]", 'STRUCT("field0" INTEGER, "field1" VARCHAR)[]',
         "array(row(integer, varchar))",
         "array<struct<field0:int,field1:string>>"),
        ('STRUCT("a b" TIMESTAMP WITH TIME ZONE)', 'STRUCT("a b" TIMESTAMP WITH TIME ZONE)',
         'row("a b" timestamp(3) with time zone)', "struct<a b:timestamp>"),
    ],
)  # fmt: skip
def test_types_in_three_tongues(written: str, duck: str, athena: str, hive: str) -> None:
    kind = parse_type(written)
    assert (kind.sql, kind.athena, kind.hive) == (duck, athena, hive)


@pytest.mark.parametrize("text", ["", "nonsense", "array<", "map<int>", "int int", "array()"])
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a type"):
        parse_type(text)


def test_date_patterns() -> None:
    assert mysql_pattern("%Y-%m-%d %H:%i:%s.%f %%") == "%Y-%m-%d %H:%M:%S.%f %%"
    assert joda_pattern("yyyy-MM-dd'T'HH:mm:ss.SSS") == "%Y-%m-%dT%H:%M:%S.%g"
    assert joda_pattern("''yy") == "'%y"
    assert joda_pattern("G") is None
    with pytest.raises(ValueError, match="not supported"):
        mysql_pattern("%U")
