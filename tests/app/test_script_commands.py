"""Commands in scripts that tell of a statement or bring its result elsewhere: whole processes."""

from __future__ import annotations

import json
from pathlib import Path

from tests.app.conftest import Run

STUDIES = r"""
SELECT status, count(*) AS n FROM orders WHERE month = '2024-12' GROUP BY 1 \explain
SELECT status, count(*) AS n FROM orders WHERE month = '2024-12' GROUP BY 1 \analyze
SELECT order_id, status FROM orders \gdesc
SELECT 1 AS n \check
\check SELECT nope FROM orders
SELECT 'a' AS r, 'x' AS c, 1 AS n UNION ALL SELECT 'b', 'y', 2 ORDER BY 1 \crosstabview
SELECT count(*) AS n FROM orders WHERE month = '2024-12';
\analyze
"""

WRITING = r"""
\output all.csv
SELECT 1 AS n;
SELECT 2 AS n;
\output
SELECT 3 AS n;
\once one.json
SELECT 4 AS n;
\export five.csv SELECT 5 AS n
\export again.csv
SELECT 6 AS n \export six.csv
\copy (SELECT 7 AS n) (SELECT 8 AS n) to 'part-{n}.csv'
\output broken.csv
SELECT 9 AS n;
SELECT nope;
"""


def test_a_script_looks_at_statements(config: Path, run: Run, tmp_path: Path) -> None:
    script, stats = tmp_path / "s.sql", tmp_path / "stats.jsonl"
    script.write_text(STUDIES)
    line = ("--config", str(config), str(script), "--on-error", "continue", "--stats", str(stats))
    ended = run(*line, "--format", "table")
    assert ended.code == 1
    parts = ended.out.split("\n\n")
    assert parts[0].startswith("HashGroupBy")
    assert parts[0].splitlines()[1].startswith("└─ ")
    assert "≈" in parts[0]
    assert "≈" not in parts[1]
    assert parts[2].splitlines()[3:5] == ["| order_id | bigint  |", "| status   | varchar |"]
    assert "| true  |" in parts[3]
    assert parts[4].splitlines()[1] == "| r |    x |    y |"
    assert "1 row" in parts[6]
    assert f"{script}:6:15: COLUMN_NOT_FOUND" in ended.talk
    found = [json.loads(each) for each in stats.read_text().splitlines()]
    assert [(each["line"], each["verb"], each["state"]) for each in found] == [
        *((2, "EXPLAIN", "SUCCEEDED"), (3, "EXPLAIN ANALYZE", "SUCCEEDED")),
        *((4, "SELECT", "SUCCEEDED"), (5, "EXPLAIN", "SUCCEEDED"), (6, "EXPLAIN", "FAILED")),
        *((7, "SELECT", "SUCCEEDED"), (8, "SELECT", "SUCCEEDED")),
    ]
    assert (found[0]["scanned_bytes"], found[1]["scanned_bytes"] > 0) == (0, True)


def test_measuring_is_running(config: Path, run: Run) -> None:
    text = "INSERT INTO orders SELECT * FROM orders \\analyze"
    ended = run("--config", str(config), "--read-only", "-c", text)
    assert ended.code == 2
    assert "it may write (explain analyze), and this run is --read-only" in ended.talk
    ended = run("--config", str(config), "--read-only", "-c", text.replace("analyze", "explain"))
    assert "EXPLAIN of anything but a query" in ended.talk  # it was sent


def test_a_trusted_script_writes_files(config: Path, run: Run, tmp_path: Path) -> None:
    script = tmp_path / "w.sql"
    script.write_text(WRITING)
    line = ("--config", str(config), str(script), "--format", "csv")
    refused = run(*line)
    assert (refused.code, refused.out) == (2, "")
    ended = run(*line, "--unrestricted")
    assert (ended.code, ended.out) == (1, '"n"\n"3"\n')
    written = {path.name: path.read_text().split() for path in (tmp_path / "work").iterdir()}
    assert written == {
        "all.csv": ['"n"', '"1"', '"n"', '"2"'],
        "one.json": ["[", '{"n":', "4}", "]"],
        "five.csv": ['"n"', '"5"'],
        "again.csv": ['"n"', '"5"'],
        "six.csv": ['"n"', '"6"'],
        "part-1.csv": ['"n"', '"7"'],
        "part-2.csv": ['"n"', '"8"'],
    }
