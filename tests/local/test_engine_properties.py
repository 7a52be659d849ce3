"""What holds for every input: nothing but named errors, and values that survive a round trip."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from athena_shell.local.engine import LocalEngine
from athena_shell.local.errors import EngineError
from athena_shell.local.statements import statement_kind, tokens
from athena_shell.local.types import parse_type

QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WORDS = st.sampled_from(
    (
        *(
            "select",
            "from",
            "where",
            "group",
            "by",
            "order",
            "union",
            "case",
            "when",
            "then",
            "end",
        ),
        *(
            "1",
            "'a'",
            '"b"',
            "(",
            ")",
            ",",
            "*",
            "+",
            "-",
            "/",
            "=",
            "<>",
            "[",
            "]",
            "->",
            ".",
            ";",
        ),
        *(
            "?",
            "cast",
            "as",
            "integer",
            "array",
            "map",
            "row",
            "unnest",
            "values",
            "with",
            "t",
            "x",
        ),
        *("join", "on", "null", "create", "table", "show", "tables", "insert", "into", "alter"),
        *("drop", "explain", "interval", "day", "timestamp"),
    )
)


def one(engine: LocalEngine, sql: str) -> str | None:
    (row,) = engine.execute(sql).rows
    return row[0]


def failure(work: Callable[[], object]) -> EngineError | None:
    """The named error that some work ends with; any other exception fails the test."""
    try:
        work()
    except EngineError as error:
        return error
    return None


@QUICK
@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_any_words_give_rows_or_a_named_error(sample_engine: LocalEngine, sql: str) -> None:
    if statement_kind(sql)[0] in {"DDL", "DML"} and statement_kind(sql)[1] != "SELECT":
        sql = f"select {sql}"
    error = failure(lambda: list(sample_engine.execute(sql).rows))
    assert error is None or (error.name.isupper() and error.message)


@QUICK
@given(st.text(max_size=60))
def test_any_text_gives_rows_or_a_named_error(sample_engine: LocalEngine, text: str) -> None:
    error = failure(lambda: sample_engine.check(text))
    assert error is None or error.name in {"SYNTAX_ERROR", "NOT_SUPPORTED"}


@QUICK
@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_string_comes_back_as_it_went(sample_engine: LocalEngine, value: str) -> None:
    quoted = value.replace("'", "''")
    assert one(sample_engine, f"select '{quoted}'") == value


@QUICK
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_comes_back_to_the_last_bit(sample_engine: LocalEngine, value: float) -> None:
    shown = one(sample_engine, f"select cast('{value!r}' as double)")
    assert shown is not None
    assert float(shown) == value
    mantissa, _, exponent = shown.partition("E")
    assert "." in mantissa
    assert bool(exponent) == (value != 0 and not 1e-3 <= abs(value) < 1e7)


@QUICK
@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
    ),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6
    ),
)
def test_decimals_divide_exactly(sample_engine: LocalEngine, one_: Decimal, two: Decimal) -> None:
    if two == 0:
        return
    sql = f"select cast('{one_}' as decimal(15,3)) / cast('{two}' as decimal(10,2))"
    exact = abs(one_) / abs(two)
    rounded = Decimal(math.floor(exact * 1000 + Decimal("0.5"))).scaleb(-3)
    expected = rounded.copy_sign(one_ * two) if rounded else rounded
    assert Decimal(one(sample_engine, sql) or "") == expected


@QUICK
@given(
    st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)),  # noqa: DTZ001 - a wall clock
)
def test_moments_keep_their_milliseconds(sample_engine: LocalEngine, value: datetime) -> None:
    written = f"{value:%H:%M:%S}.{value.microsecond // 1000:03}"
    moment = f"{value.year:04}-{value:%m-%d} {written}"
    assert one(sample_engine, f"select timestamp '{moment}'") == moment
    assert one(sample_engine, f"select cast(timestamp '{moment}' as date)") == moment[:10]


@QUICK
@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(-500, 500))
def test_days_add_up(sample_engine: LocalEngine, start: date, days: int) -> None:
    sql = (
        f"select date_diff('day', date '{start}', date_add('day', {days}, date '{start}')), "
        f"day_of_week(date '{start}')"
    )
    (row,) = sample_engine.execute(sql).rows
    assert row == (str(days), str(start.isoweekday()))


@QUICK
@given(st.integers(0, 4_000_000_000))
def test_unix_times(sample_engine: LocalEngine, seconds: int) -> None:
    expected = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S.000 UTC")
    assert one(sample_engine, f"select from_unixtime({seconds})") == expected


SIMPLE_TYPES = st.sampled_from(
    ["bigint", "integer", "double", "boolean", "date", "varchar", "decimal(10,2)", "tinyint"]
)
TYPES = st.recursive(
    SIMPLE_TYPES,
    lambda inner: st.one_of(
        inner.map(lambda t: f"array({t})"),
        inner.map(lambda t: f"map(varchar, {t})"),
        st.tuples(inner, inner).map(lambda pair: f"row(a {pair[0]}, b {pair[1]})"),
    ),
    max_leaves=6,
)


@given(TYPES)
def test_a_type_survives_all_three_tongues(text: str) -> None:
    kind = parse_type(text)
    assert kind.athena == text
    assert parse_type(kind.sql) == kind
    assert parse_type(kind.hive) == kind


@given(st.text(max_size=80))
def test_tokens_cover_a_text(text: str) -> None:
    found = tokens(text)
    assert all(text[token.start : token.start + len(token.text)] == token.text for token in found)
