"""An opinion on a statement's form where Athena cannot be asked."""

from __future__ import annotations

import sys

import pytest

from athena_shell.sql.opinion import Opinion, opinion_on


@pytest.mark.parametrize(
    ("text", "opinion"),
    [
        ("SELECT 1", Opinion()),
        ("SELECT a b c FROM t", Opinion("“c” was not expected", 1, 12)),
        ("SELECT 1,\n  2 3 4", Opinion("“3” was not expected", 2, 5)),
        ("SELECT totl FRM orders WHERE x", Opinion("“orders” was not expected", 1, 17)),
        ("SELECT max(a", Opinion("something is missing behind “a”", 1, 12)),
        ("SELECT 'a", Opinion("something in it is never closed, or it is nested too deeply")),
        ("MSCK REPAIR TABLE orders", None),
        ("UNLOAD (SELECT 1) TO 's3://b/' WITH (format = 'PARQUET')", None),
    ],
)
def test_the_opinion_on(text: str, opinion: Opinion | None) -> None:
    assert opinion_on(text) == opinion


def test_without_sqlglot_there_is_no_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    assert opinion_on("SELECT 1") is None
