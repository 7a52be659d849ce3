"""Splitting and colouring, beside the stock libraries in one run.

Times are processor time: what the work costs, not what else the machine does.
``sqlparse`` is measured when ``ATHENA_SHELL_RIVALS`` names the ``bin`` directory of an environment
that has it.
"""

from __future__ import annotations

import gc
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from pygments.lexers.sql import SqlLexer

from athena_shell.sql.lexer import AthenaLexer
from athena_shell.sql.lines import LineLexer
from athena_shell.sql.splitter import Splitter, split

pytestmark = pytest.mark.benchmark

RIVALS = os.environ.get("ATHENA_SHELL_RIVALS", "")
ROUNDS = 5
MIB = 1024 * 1024
SCRIPT = (
    "INSERT INTO db.target SELECT a, 'x;y' AS b, count(*) -- note; here\n"
    "FROM db.source /* c ; */ WHERE a > 10 AND \"q;\" = 'it''s' / 2 - 1\n"
    "  AND dt BETWEEN DATE '2024-01-01' AND DATE '2024-01-31' AND customer_status = 'active'\n"
    "GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 100;\n\n"
)
QUERY = (
    "WITH a AS (SELECT order_id, total AS amount FROM orders WHERE dt >= '2024-01-01' AND "
    "status IN ('paid', 'sent') GROUP BY 1, 2)\nSELECT count(*) AS n, sum(amount) FROM a LEFT "
    "JOIN customers c ON a.customer_id = c.customer_id -- join\nWHERE c.country IS NOT NULL "
    "ORDER BY n DESC LIMIT 10;\n"
)


def seconds(work: Callable[[], object]) -> float:
    """Time a work without the garbage collector, as ``timeit`` does."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()


def medians(*works: Callable[[], object]) -> list[float]:
    """Run the works in turn, so that a slow moment of the machine hits all of them."""
    rounds = [[seconds(work) for work in works] for _ in range(ROUNDS)]
    return [median(column) for column in zip(*rounds, strict=True)]


def shortest(*works: Callable[[], object]) -> list[float]:
    """As medians, but the least disturbed round of each: for growth, not for speed."""
    rounds = [[seconds(work) for work in works] for _ in range(ROUNDS)]
    return [min(column) for column in zip(*rounds, strict=True)]


def test_splitting_is_linear() -> None:
    sizes = [4 * MIB, 8 * MIB, 16 * MIB]
    texts = [SCRIPT * (size // len(SCRIPT)) for size in sizes]
    works = [lambda text=text: split(text, final=True) for text in texts]
    small, middle, large = shortest(*works)
    print(f"split 4, 8, 16 MiB: {small:.3f}, {middle:.3f}, {large:.3f} s")
    assert middle <= 2.2 * small
    assert large <= 2.2 * middle


def test_ten_megabytes_beside_a_plain_copy() -> None:
    text = SCRIPT * (10_000_000 // len(SCRIPT))
    whole, lines = medians(
        lambda: split(text, final=True),
        lambda: Splitter().feed("".join(text.splitlines(keepends=True))),
    )
    print(f"split 10 MB: {whole:.3f} s whole, {lines:.3f} s fed")
    assert whole <= 0.25


@pytest.mark.skipif(not RIVALS, reason="ATHENA_SHELL_RIVALS is not set: sqlparse is not measured")
def test_splitting_beside_sqlparse() -> None:
    text = SCRIPT * (MIB // 2 // len(SCRIPT))
    program = (
        "import sys, time, sqlparse\n"
        "from sqlparse.engine import grouping\n"
        "for name in ('MAX_GROUPING_TOKENS', 'MAX_GROUPING_DEPTH'):\n"
        "    if hasattr(grouping, name): setattr(grouping, name, None)\n"
        "text = sys.stdin.read()\n"
        "began = time.process_time()\n"
        "sqlparse.split(text)\n"
        "print(time.process_time() - began)\n"
    )
    (ours,) = medians(lambda: split(text, final=True))
    ran = subprocess.run(
        [str(Path(RIVALS) / "python"), "-c", program],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = float(ran.stdout)
    print(f"split 0.5 MiB: {ours * 1000:.1f} ms, sqlparse {theirs * 1000:.0f} ms, "
          f"{theirs / ours:.0f} times")  # fmt: skip
    assert theirs >= 100 * ours


@pytest.mark.parametrize("distinct", [False, True])
def test_lexing_beside_the_stock_lexer(distinct: bool) -> None:  # noqa: FBT001 - a parameter
    queries = [QUERY.replace("paid", f"p{n}").replace("10", f"{n}") for n in range(900)]
    text = "".join(queries) if distinct else QUERY * 900
    ours, theirs = medians(
        lambda: list(AthenaLexer().get_tokens(text)), lambda: list(SqlLexer().get_tokens(text))
    )
    print(f"lex {len(text) / 1000:.0f} kB: {ours * 1000:.0f} ms, SqlLexer {theirs * 1000:.0f} ms")
    assert theirs >= 3.3 * ours


@pytest.mark.parametrize("place", [0, 2000, 4199])
def test_a_key_in_a_statement_of_256_kib(place: int) -> None:
    lines = [f"  t.column_name_{n} + coalesce(t.other_{n}, 0) AS alias_{n}," for n in range(4200)]
    lexer = LineLexer()
    lexer.lex(lines)
    keys: list[float] = []
    for key in range(60):
        edited = [*lines]
        edited[place] += "x" * key
        began = time.process_time()
        line = lexer.lex(edited)
        for number in range(place - 25, place + 25):
            line(number)
        keys.append(time.process_time() - began)
    (whole,) = medians(lambda: list(SqlLexer().get_tokens("\n".join(lines))))
    keys.sort()
    print(f"key at line {place}: median {keys[30] * 1000:.1f} ms, worst {keys[-1] * 1000:.1f} ms; "
          f"SqlLexer on the whole {whole * 1000:.0f} ms")  # fmt: skip
    assert keys[30] * 15 <= whole
