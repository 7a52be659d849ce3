"""What a run says of its progress, and the table at its end."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal

import pytest

from athena_shell.config.options import ScriptOptions, Source
from athena_shell.core.model import QueryExecution, QueryState, QueryStatistics, Statement
from athena_shell.query.cost import Price
from athena_shell.query.progress import Phase, Progress
from athena_shell.query.progress_text import fitting, folded, took_text
from athena_shell.script.record import Record
from athena_shell.script.standing import Batch, ProgressLog, Standing
from athena_shell.script.summary_table import SummaryTable

from .conftest import Script

RUNNING = Progress(
    Phase.RUNNING,
    12.3,
    "q-1",
    QueryExecution("q-1", QueryState.RUNNING, statistics=QueryStatistics(scanned_bytes=1 << 30)),
)


def standing(number: int, total: int | None, width: int = 80) -> Standing:
    made = Standing(lambda: width)
    made.expect(total)
    made.number = number
    return made


@pytest.mark.parametrize(
    ("number", "total", "width", "line"),
    [
        (3, 12, 100, "statement 3 of 12 · RUNNING · 12.3 s · 1.00 GB · $0.0049 · q-1"),
        (3, 12, 40, "3/12 · RUNNING · 12.3 s · 1.00 GB"),
        (3, 12, 12, "3/12"),
        (3, None, 80, "statement 3 · RUNNING · 12.3 s · 1.00 GB · $0.0049 · q-1"),
        (1, 1, 80, "RUNNING · 12.3 s · 1.00 GB · $0.0049 · q-1"),
        (1, None, 80, "RUNNING · 12.3 s · 1.00 GB · $0.0049 · q-1"),
        (5, 4, 80, "statement 5 of 5 · RUNNING · 12.3 s · 1.00 GB · $0.0049 · q-1"),
    ],
)
def test_the_line_says_which_statement_of_how_many(
    number: int, total: int | None, width: int, line: str
) -> None:
    parts = standing(number, total, width).parts(RUNNING, Price())
    assert fitting(parts, width - 1) == line


def test_the_line_of_several_at_once_adds_them_up() -> None:
    made, batch = standing(12, 20), Batch(4)
    made.batch(batch)
    batch.running, batch.done = 3, 5
    assert fitting(made.parts(RUNNING, Price()), 79) == "9 of 20 done, 3 running · 12.3 s"
    batch.see(0, RUNNING)
    batch.see(1, RUNNING)
    with_cost = "9 of 20 done, 3 running · 12.3 s · 2.00 GB · $0.0098"
    assert fitting(made.parts(RUNNING, Price()), 79) == with_cost
    assert fitting(made.parts(RUNNING, None), 79) == with_cost.removesuffix(" · $0.0098")
    made.batch(None)
    assert fitting(made.parts(RUNNING, None), 30) == "statement 12 of 20 · RUNNING"


def test_a_log_gets_a_line_now_and_then() -> None:
    lines: list[str] = []
    log = ProgressLog(lines.append, standing(2, 3), None)
    for second in range(200):
        log.show(replace(RUNNING, elapsed=float(second)))
    log.clear()
    log.show(replace(RUNNING, elapsed=10.0))
    assert [line.split(" · ")[2] for line in lines] == [
        *(f"{second}.0 s" for second in (10, 20, 30, 40, 50)),
        "1 min 00 s",
        "2 min 00 s",
        "3 min 00 s",
        "10.0 s",
    ]


def test_statements_are_numbered_in_company_and_summed_up(script: Script) -> None:
    script.settings = replace(script.settings, timing=True)
    script.answers["SELECT 2"] = replace(script.any_answer, scanned=1 << 30)
    path = script.file(
        "nightly.sql",
        "SELECT 1;\n\\if false\nSELECT 'no';\n\\endif\n-- @name second\nSELECT 2;\n"
        "\\assert 1 = 1\nUSE sales;\n\\ir more.sql\n",
    )
    script.file("more.sql", "SELECT 'a';\nSELECT 'b';\n")
    script.answer("SELECT (1 = 1)", ("true",))
    ran = script.run(Source(path))
    assert ran.err.splitlines()[:5] == [
        "[1/5] 1 row · 0.0 s · 0 B scanned · free · q-1",
        "[2/4] 1 row · 0.0 s · 1.00 GB scanned · $0.0049 · q-2",
        "[3/4] 0.0 s · 0 B scanned · free · q-3",
        "[5/6] 1 row · 0.0 s · 0 B scanned · free · q-4",
        "[6/6] 1 row · 0.0 s · 0 B scanned · free · q-5",
    ]
    table = [line.split() for line in ran.err.splitlines()[5:]]
    assert table[1] == ["#", "statement", "state", "rows", "time", "scanned", "cost"]
    assert [line[0] for line in table[3:9]] == ["1", "2", "3", "4", "5", "6"]
    shown = f"{path}:6 SELECT second"[-59:]
    assert " ".join(table[4]) == f"2 …{shown} SUCCEEDED 1 0.000 s 1.00 GB $0.0049"
    assert (table[6][2], table[6][3]) == ("USE", "SUCCEEDED")
    assert table[8][1].endswith("/more.sql:2")
    assert ran.err.splitlines()[-1] == (
        "6 statements: 6 succeeded · 0.0 s · 1.00 GB scanned · $0.0049"
    )


def test_standard_input_has_no_total(script: Script) -> None:
    script.settings = replace(script.settings, timing=True)
    script.stdin = b"SELECT 1;\nSELECT 2;\n"
    lines = script.run(Source("-")).err.splitlines()
    assert lines[:2] == [
        "1 row · 0.0 s · 0 B scanned · free · q-1",
        "[2] 1 row · 0.0 s · 0 B scanned · free · q-2",
    ]


def test_verbose_says_which_statement_starts(script: Script) -> None:
    script.options = ScriptOptions(verbosity=1)
    err = script.run("SELECT 1; SELECT 2").err
    assert err.splitlines()[:2] == [
        "statement 1 of 2 · -c:1: SELECT 1",
        "statement 2 of 2 · -c:1: SELECT 2",
    ]


def test_verbose_says_so_also_of_statements_that_start_together(script: Script) -> None:
    script.options = ScriptOptions(verbosity=1, parallel=2)
    err = script.run("SELECT 1; SELECT 2;\n\\barrier\nSELECT 3").err
    assert [line for line in err.splitlines() if " of 3 · " in line] == [
        "statement 1 of 3 · -c:1: SELECT 1",
        "statement 2 of 3 · -c:1: SELECT 2",
        "statement 3 of 3 · -c:3: SELECT 3",
    ]


def record(number: int, seconds: float = 0.0, error: str = "") -> Record:
    made = Record.of(number, str(number), Statement("SELECT 1", f"/srv/jobs/{number}.sql"))
    made.state, made.seconds, made.error = "FAILED" if error else "SUCCEEDED", seconds, error
    made.query_id, made.rows, made.scanned_bytes, made.cost = "q", 12, 1 << 20, Decimal("0.01")
    return made


def test_a_long_run_shows_what_failed_and_what_took_longest() -> None:
    table = SummaryTable()
    for number in range(1, 10_001):
        table.take(record(number, number % 97 / 10, "bad" if number in {5, 9_000} else ""))
    lines = table.text(None, 0).splitlines()
    numbers = [int(line.split()[0]) for line in lines[2:-1]]
    assert {5, 9_000} < set(numbers)
    assert (len(numbers), numbers) == (12, sorted(numbers))
    assert lines[-1] == "and 9,988 more; these failed or took longest"


@pytest.mark.parametrize("width", [30, 40, 60, 80])
def test_the_table_fits_the_terminal(width: int) -> None:
    table = SummaryTable()
    table.take(record(1))
    table.take(record(2, error="bad"))
    lines = table.text(Price(), width).splitlines()
    assert max(len(line) for line in lines) <= width + 12 * (width < 40)
    assert "FAILED" in lines[-1]
    assert "2.sql" in lines[-1]


def test_the_statements_of_a_stream_run_as_they_come(script: Script) -> None:
    """The second statement is sent only after the first has run."""
    read, write = os.pipe()
    os.write(write, b"SELECT 'first';\n-- @timeout 5s\nSEL")

    def go_on() -> None:
        os.write(write, b"ECT 2;\n")
        os.close(write)

    script.answers["SELECT 'first'"] = replace(script.any_answer, deed=go_on)
    with os.fdopen(read, "rb") as script.stream:
        ran = script.run(Source("-"))
    assert ran.texts == ["SELECT 'first'", "SELECT 2"]


def test_a_stream_names_the_line_that_is_no_text(script: Script) -> None:
    script.stdin = b"SELECT 1;\n\nSELECT 2;\nSELECT '\xe9';\n"
    ran = script.run(Source("-"))
    assert (ran.code, ran.texts) == (2, [])
    assert ran.err == (
        "stdin:4:9: The script is not UTF-8: it holds the byte 0xE9.\n"
        "  If it is Latin-1: iconv -f LATIN1 -t UTF-8\n"
    )


ID = "5d7c41a2-0000-0000-0000-000000000009"


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (0, [f"[1/5] 1 row · 3.7 s · 954 MB scanned · $0.0045 · {ID}"]),
        (80, ["[1/5] 1 row · 3.7 s · 954 MB scanned · $0.0045", f"  {ID}"]),
        (40, ["[1/5] 1 row · 3.7 s · 954 MB scanned", "  $0.0045", f"  {ID}"]),
        (5, ["[1/5] 1 row", "  3.7 s", "  954 MB scanned", "  $0.0045", f"  {ID}"]),
    ],
)
def test_a_line_is_folded_between_its_parts(width: int, lines: list[str]) -> None:
    parts = ("[1/5] 1 row", "3.7 s", "954 MB scanned", "$0.0045", ID)
    assert folded(parts, width).split("\n") == lines


def test_what_stays_on_the_screen_fits_it_also_after_a_resize(script: Script) -> None:
    script.settings = replace(script.settings, timing=True)
    script.width = lambda: 120
    script.answers["SELECT 2"] = replace(
        script.any_answer, deed=lambda: setattr(script, "width", lambda: 30)
    )
    path = script.file("a-script-with-a-long-name.sql", "SELECT 1;\nSELECT 2;\n")
    lines = script.run(Source(path)).err.splitlines()
    assert lines[0] == "[1/2] 1 row · 0.0 s · 0 B scanned · free · q-1"
    assert lines[1:3] == ["[2/2] 1 row · 0.0 s", "  0 B scanned · free · q-2"]
    assert "…me.sql:2 SELECT  SUCCEEDED" in lines[7]
    assert lines[-2:] == ["2 statements: 2 succeeded", "  0.0 s · 0 B scanned · free"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (59.9, "59.9 s"), (60, "1 min 00 s"), (7384, "2 h 03 min")],
)
def test_what_took_long_is_told_in_minutes(seconds: float, text: str) -> None:
    assert took_text(seconds) == text
