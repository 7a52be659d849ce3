"""Ranking by use, and the signature of the function around the cursor."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from athena_shell.completion.candidates import suggest
from athena_shell.completion.hint import hint_at, signature_hint
from athena_shell.completion.sources import NameSource
from athena_shell.completion.usage import HALF_LIFE, Usage, learn
from athena_shell.core.session import Session


def first(text: str, session: Session, names: NameSource, usage: Usage) -> str:
    return suggest(text, len(text), session=session, names=names, usage=usage)[0].text


def test_what_is_used_comes_first(session: Session, names: NameSource) -> None:
    nothing = Usage()
    used = learn(["select country from customers"] * 3 + ["select * from returns"])
    assert first("SELECT * FROM ", session, names, nothing) == '"2024_archive"'
    assert first("SELECT * FROM ", session, names, used) == "customers"
    assert first("SELECT c", session, names, used) == "country"


def test_use_never_beats_a_closer_match(session: Session, names: NameSource) -> None:
    used = learn(["select * from recent_orders"] * 50)
    assert first("SELECT * FROM ord", session, names, used) == "orders"


def test_old_use_fades() -> None:
    weights = learn(["old"] + ["other"] * HALF_LIFE).weights
    assert weights["old"] == pytest.approx(0.5)
    many = learn(["old"] + ["x"] * 20_000).weights
    assert many["old"] < 1e-50
    assert 70 < many["x"] < 75


def test_a_word_counts_once_a_statement() -> None:
    assert learn(["a a a 'a' -- b"]).weights == {"a": 1.0}
    assert Usage({"left": 2.0, "sum": 1.0}).weight("LEFT JOIN") == 2.0
    assert Usage({"sum": 1.0}).weight("sum(") == 1.0


@pytest.mark.parametrize(
    ("marked", "argument", "start"),
    [
        ("SELECT date_trunc(|", "unit", "date_trunc(unit, x) → T: start of"),
        ("SELECT date_trunc('day', |", "x", "date_trunc"),
        ("SELECT date_trunc('day', pla|ced_at) FROM orders", "x", "date_trunc"),
        ("SELECT sum(abs(|", "x", "abs(x)"),
        ("SELECT sum(abs(a) + |", "x", "sum(x)"),
        ("select 1; SELECT substr(a, 1, |", "length", "substr(string, start [, length])"),
        ("SELECT approx_percentile(a, b, |", "percentage", "approx_percentile(x, weight,"),
        ("SELECT concat(a, b, c, d, |", "…", "concat(a, b, …)"),
        ("SELECT max(|", "x", "max(x)"),
        ("SELECT pi(|", "", "pi()"),
        ("SELECT sum((a|", "x", "sum(x)"),
        ("SELECT coalesce(a, ((b + (c|)) * 2)", "…", "coalesce(value, …)"),
        ("SELECT sum(a[|", "x", "sum(x)"),
        ("SELECT date_trunc('day', ARRAY[a, |", "x", "date_trunc(unit, x)"),
        ("SELECT sum(a IN (1, 2, |", "x", "sum(x)"),
        ("SELECT max(DISTINCT (a, |", "x", "max(x)"),
        ("SELECT coalesce(1, CASE WHEN (a|", "…", "coalesce(value, …)"),
        ("SELECT round(CAST(a AS decimal(10, |", "value AS type", "cast("),
        ("SELECT sum(sum(a) OVER (PARTITION BY |", "x", "sum(x)"),
        ("SELECT coalesce((SELECT max(x)|", "value", "coalesce(value, …)"),
        ("SELECT coalesce(a, (SELECT max(x), |", "…", "coalesce(value, …)"),
        ("SELECT coalesce((SELECT abs((b|", "x", "abs(x)"),
    ],
)
def test_the_signature_with_its_argument(marked: str, argument: str, start: str) -> None:
    hint = signature_hint(marked.replace("|", ""), marked.index("|"))
    assert hint is not None
    assert hint.text.startswith(start)
    assert hint.text[hint.start : hint.end] == argument


@pytest.mark.parametrize(
    "marked",
    [
        *("SELECT |", "SELECT nope(|", "SELECT sum(a) |", "SELECT a IN (|", "\\d sum(|", "|"),
        *("SELECT (a|", "SELECT sum(a) OVER (PARTITION BY |", "SELECT sum(nope((a|"),
        "SELECT coalesce((SELECT max(x) FROM t WHERE (y|",
        "SELECT coalesce((SELECT x FROM (SELECT y|",
        "SELECT sum(a IN (SELECT b|",
        "SELECT * FROM (SELECT a|",
    ],
)
def test_no_function_no_hint(marked: str) -> None:
    assert signature_hint(marked.replace("|", ""), marked.index("|")) is None


def test_matched_letters_are_marked(complete: Callable[..., list[object]]) -> None:
    found = {getattr(entry, "text", ""): entry for entry in complete("SELECT * FROM dss|")}
    assert getattr(found["daily_sales_summary"], "matched", ()) == (0, 6, 10)


@pytest.mark.parametrize(
    ("marked", "is_lost"),
    [
        ("SELECT 1\nexit|", True),
        ("SELECT 1\n  QUIT|", True),
        ("SELECT 1\nhelp\n|", True),
        ("SELECT 1\nexit| FROM t", True),
        ("exit|", False),
        ("SELECT exit|", False),
        ("SELECT 1\nexits|", False),
        ("SELECT 1\nexit\nFROM|", False),
    ],
)
def test_who_wants_out_of_a_statement_is_told_how(marked: str, is_lost: bool) -> None:  # noqa: FBT001
    hint = hint_at(marked.replace("|", ""), marked.index("|"))
    assert (hint is not None) == is_lost
    if hint is not None:
        assert hint.text == (r"; runs the statement · Ctrl-C drops it · \q leaves · \? helps")


def test_a_functions_signature_is_a_hint_as_well() -> None:
    assert hint_at("SELECT sum(", 11) == signature_hint("SELECT sum(", 11)
