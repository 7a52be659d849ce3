"""Every statement of the corpus gives what Athena gives: names, types, text or error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from athena_shell.local.engine import LocalEngine
from athena_shell.local.errors import EngineError
from athena_shell.local.result import LocalColumn

CORPUS = Path(__file__).parent / "corpus"


@dataclass
class Case:
    """A statement with what it should give."""

    source: str
    sql: str
    columns: list[str] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    error: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.sql[:60]}"


def read_cases(path: Path) -> list[Case]:
    cases: list[Case] = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        mark, content = line[:1], line[2:]
        if mark == "?":
            cases.append(Case(f"{path.stem}:{number}", content))
        elif mark == " ":
            cases[-1].sql += "\n" + line
        elif mark == "=":
            cases[-1].columns = content.split(" | ")
        elif mark == ":":
            cases[-1].rows.append([None if c == "∅" else c for c in content.split(" | ")])
        elif mark == "!":
            cases[-1].error = content
    return cases


def column_text(column: LocalColumn, expected: str) -> str:
    """The column as the corpus writes it; a varchar's length only where the corpus gives it."""
    if column.type == "decimal":
        return f"{column.name} decimal({column.precision},{column.scale})"
    if column.type == "varchar" and re.search(r"varchar\(\d+\)$", expected):
        return f"{column.name} varchar({column.precision})"
    return f"{column.name} {column.type}"


CASES = [case for path in sorted(CORPUS.glob("*.txt")) for case in read_cases(path)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_statement(case: Case, sample_engine: LocalEngine) -> None:
    if case.error:
        name, _, part = case.error.partition(" ")
        with pytest.raises(EngineError) as caught:
            list(sample_engine.execute(case.sql).rows)
        assert caught.value.name == name, caught.value.reason
        assert part in caught.value.message
        return
    result = sample_engine.execute(case.sql)
    rows = [list(row) for row in result.rows]
    expected = [*case.columns, *[""] * len(result.columns)]
    shown = [column_text(c, e) for c, e in zip(result.columns, expected, strict=False)]
    assert shown == case.columns
    assert rows == case.rows


def test_the_corpus_is_large_enough() -> None:
    assert len(CASES) >= 250
