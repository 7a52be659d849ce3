"""Recorded nights: scripts as cron runs them, and all that must come of it.

A file holds the steps, a line of equals signs, and what came of them with what differs from night
to night masked. Steps: ``$ NAME`` begins a file whose lines follow behind ``|``; ``> ARGUMENTS``
runs the program, ``NAME=VALUE`` in front of them is its environment, ``< NAME`` behind them its
standard input. There is no other environment, no home, no terminal.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from tests.app.conftest import PROGRAM

FOLDER: Final = Path(__file__).with_name("nightly")
BORDER: Final = "=" * 20
_MASKS: Final = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\d+\.\d+ s\b"), "T s"),
    (re.compile(r"\b\d+(?:\.\d+)? (?:B|KB|MB|GB)\b"), "N"),
    (re.compile(r"\$\d+\.\d+"), "$C"),
    (re.compile(r"\bfree\b"), "$C"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00)?"), "MOMENT"),
    (re.compile(r'time="[\d.]+"'), 'time="T"'),
    (re.compile(r"-{3,}"), "---"),
    (re.compile(r"(?<=\S) {2,}(?=\S)"), "  "),
)
_MEASURED: Final = ("query_id", "seconds", "queue_ms", "engine_ms", "scanned_bytes", "cost")


@dataclass(frozen=True)
class Night:
    """A night as its file holds it."""

    name: str
    steps: Sequence[str]
    outcome: str


def nights() -> list[Night]:
    """Return the nights there are, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> Night:
    steps, _, outcome = path.read_text(encoding="utf-8").partition(f"{BORDER}\n")
    return Night(path.stem, steps.splitlines(), outcome)


def play(night: Night, config: Path, home: Path) -> str:
    """Do what was recorded and return what came of it.

    Args:
        night: the steps.
        config: leads to the endpoint.
        home: an empty directory to work in.
    """
    work, state = home / "work", home / "state"
    work.mkdir()
    told: list[str] = []
    written = work / "none"
    for step in night.steps:
        kind, text = step[0], step[2:]
        if kind == "$":
            written = work / text
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text("", encoding="utf-8")
        elif kind == "|":
            written.write_text(f"{written.read_text()}{text}\n", encoding="utf-8")
        elif kind == ">":
            told += _run(text, config, work, state)
    return masked("\n".join(told), home) + "\n"


def masked(text: str, home: Path) -> str:
    """Return a text without what differs from night to night."""
    text = text.replace(str(home), "HOME")
    for pattern, name in _MASKS:
        text = pattern.sub(name, text)
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _run(line: str, config: Path, work: Path, state: Path) -> Iterator[str]:
    words = shlex.split(line)
    environment = {"XDG_STATE_HOME": str(state), "XDG_CACHE_HOME": str(state)}
    while re.match(r"\w+=", words[0]):
        name, _, value = words.pop(0).partition("=")
        environment[name] = value
    typed = b""
    if "<" in words:
        place = words.index("<")
        typed = (work / words[place + 1]).read_bytes()
        del words[place : place + 2]
    before = {path: path.read_bytes() for path in _files(work)}
    sent = len(_sent(state))
    done = subprocess.run(
        [*PROGRAM, "--config", str(config), *words],
        input=typed,
        capture_output=True,
        check=False,
        timeout=100,
        cwd=work,
        env=environment,
        start_new_session=True,
    )
    yield f"> {line}"
    yield f"exit code {done.returncode}"
    yield from _part("standard output", done.stdout.decode())
    yield from _part("standard error", done.stderr.decode())
    yield from _part("sent", "\n".join(sorted(_sent(state)[sent:])))
    for path in _files(work):
        if before.get(path) != path.read_bytes():
            yield from _part(f"file {path.relative_to(work)}", _content(path))


def _part(title: str, text: str) -> Iterator[str]:
    if text:
        yield f"--- {title}"
        yield text.rstrip("\n")


def _files(work: Path) -> list[Path]:
    return sorted(path for path in work.rglob("*") if path.is_file())


def _content(path: Path) -> str:
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return f"{table.schema.to_string(show_schema_metadata=False)}\n{table.to_pylist()}"
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return "\n".join(json.dumps(_unmeasured(json.loads(line))) for line in text.splitlines())
    return text


def _unmeasured(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with a word in place of what was measured; what is missing stays so."""
    return {
        name: "…" if name in _MEASURED and value not in {None, ""} else value
        for name, value in record.items()
    }


def _sent(state: Path) -> list[str]:
    """Return the place and first line of each statement that was sent, by the journal."""
    journal = state / "athena-shell" / "journal"
    if not journal.exists():
        return []
    records = [json.loads(line.partition(" ")[2]) for line in journal.read_text().splitlines()]
    return [
        f"{record['source']}:{record['line']:03} {record['text'].splitlines()[0]}"
        for record in records
        if record["event"] == "intended"
    ]
