"""How statements are written: every entry whole, every example a statement that works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from athena_shell.completion.grammar import VERBS
from athena_shell.core.model import Statement
from athena_shell.sql.lexer import unmatched_brackets
from athena_shell.sql.splitter import split
from athena_shell.sql.statement import classify
from athena_shell.sql.syntax import Syntax, entries, look_up, nearest_syntax, syntax_names

NOT_EMBEDDED = {
    "CREATE PROTECTED MULTI DIALECT VIEW", "ALTER VIEW DIALECT", "ALTER TABLE RENAME PARTITION",
    "ALTER TABLE REPLACE COLUMNS", "ALTER TABLE CHANGE COLUMN", "ALTER TABLE DROP COLUMN",
    "ALTER TABLE RENAME TO", "ALTER TABLE UNSET TBLPROPERTIES", "FOR TIMESTAMP AS OF",
    "MATCH_RECOGNIZE",
}  # fmt: skip
"""What the embedded endpoint has not; their examples are only looked at."""


def titles(words: str) -> list[str]:
    return [entry.title for entry in look_up(words)]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.title)
def test_an_entry_is_whole(entry: Syntax) -> None:
    for text in (entry.subject, entry.purpose, entry.diagram, entry.example):
        assert text == text.strip()
        assert text
    for name in entry.names:
        assert name == name.upper()
    assert re.fullmatch(r"[A-Z].*\.", entry.purpose)
    assert all(len(line) <= 100 for line in entry.diagram.split("\n"))
    # What is optional or repeated is drawn with pairs; a word in quotes may hold anything.
    drawn = re.sub(r"'[^']*'", "", entry.diagram)
    for opening, closing in ("[]", "{}", "()"):
        assert drawn.count(opening) == drawn.count(closing), opening


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.title)
def test_an_example_is_one_statement(entry: Syntax) -> None:
    (piece,) = split(entry.example + ";", final=True).pieces
    assert isinstance(piece, Statement)
    assert piece.text == entry.example
    assert not unmatched_brackets(entry.example)
    assert classify(entry.example).verb


def test_no_name_is_given_twice() -> None:
    given = [name for entry in entries() for name in entry.names]
    assert len(given) == len(set(given)) == len(syntax_names())


def test_every_way_a_statement_begins_is_explained() -> None:
    assert [verb for verb in VERBS if not look_up(verb.rstrip(" ("))] == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("SELECT", ["SELECT"]),
        ("select * from orders;", ["SELECT"]),
        ("create  table as", ["CREATE TABLE AS"]),
        ("ctas", ["CREATE TABLE AS"]),
        ("left join", ["JOIN"]),
        ("create table", ["CREATE TABLE"]),
        ("alter database", ["ALTER DATABASE"]),
        ("alter view", ["ALTER VIEW DIALECT"]),
        ("rename", ["ALTER TABLE RENAME PARTITION", "ALTER TABLE RENAME TO"]),
        ("explain select 1", ["EXPLAIN"]),
        ("drop table x", ["DROP TABLE"]),
        ("alter table t set location", titles("alter table")),
        ("time travel", ["FOR TIMESTAMP AS OF"]),
        ("selct", []),
        ("", []),
    ],
)
def test_looking_up(words: str, found: list[str]) -> None:
    assert titles(words) == found


def test_the_nearest_names() -> None:
    assert nearest_syntax("selct")[0] == "SELECT"
    assert nearest_syntax("msk repair")[0] == "MSCK REPAIR TABLE"
    assert nearest_syntax("xyzzy") == ()


def test_the_examples_work_one_after_the_other(tmp_path: Path) -> None:
    run = [entry for entry in entries() if entry.title not in NOT_EMBEDDED]
    script = tmp_path / "examples.sql"
    script.write_text("\n".join(f"-- {entry.title}\n{entry.example};" for entry in run), "utf-8")
    options = ("--set", "min_poll_interval=10", "--format", "csv")
    done = subprocess.run(
        [sys.executable, "-m", "athena_shell", "--local", *options, "-f", str(script)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"{len(run)} statements: {len(run)} succeeded" in done.stderr
