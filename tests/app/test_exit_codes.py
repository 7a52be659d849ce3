"""Every exit code by a real process, in each way in; what an interrupt leaves at the endpoint."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from athena_shell.config.exit_codes import EXIT_CODES
from athena_shell.core.errors import ExitCode
from athena_shell.local.ledger import Start
from tests.app.conftest import Aws
from tests.faults.programs import Nursery, Program, surroundings

WAYS = ("-c", "file", "stdin")
MODES = {"continue": ("--on-error", "continue"), "parallel": ("--parallel", "4")}
SIGNALS = {130: signal.SIGINT, 143: signal.SIGTERM, 129: signal.SIGHUP}
RUNNING = frozenset({"QUEUED", "RUNNING"})

WRONG: dict[str, tuple[int, str, tuple[str, ...]]] = {
    "nothing": (0, "SELECT 1", ()),
    "a failed query": (1, "SELECT nope", ()),
    "an assertion": (1, r"\assert 1 = 2", ()),
    "an unset variable": (2, "SELECT :'unset'", ()),
    "an unknown command": (2, r"\frob", ()),
    "a wrong flag": (2, "SELECT 1", ("--timeout", "soon")),
    "no session": (3, "SELECT 1", ("-p", "out")),
    "a time limit": (4, "-- @timeout 1s\nSELECT /* local: run 30s */ 1", ()),
    "a scan limit": (5, "-- @scan 1GB\nSELECT /* local: run 30s, scan 500 GB */ 1", ()),
    "the workgroup's limit": (5, "SELECT /* local: scan 50 GB */ 1", ("-w", "limited")),
    "no room for the result": (6, "SELECT 1", ("-o", "/none/{n}.csv")),
    "a code of its own": (7, r"\quit 7", ()),
}
"""What goes wrong: the exit code, the text, and flags."""

SURVIVED = frozenset({1, 2, 4, 5})
"""The codes of failures after which a run goes on when it is asked to."""

Begin = Callable[..., Program]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery.open()
    yield nursery
    nursery.close()


@pytest.fixture
def begin(config: Path, tmp_path: Path, nursery: Nursery) -> Iterator[Begin]:
    """Start a program on a terminal, a text being brought in one of the ways; none: the shell."""
    out = config.read_text().replace("[profile local]", "[profile out]")
    lines = [line for line in out.splitlines() if "token_file" not in line]
    config.write_text("\n".join([config.read_text(), *lines, "web_identity_token_file = /none"]))
    begun: list[Program] = []

    def start(way: str, text: str, *flags: str) -> Program:
        given = tmp_path / "given.sql"
        given.write_text(text)
        arguments = {"-c": ("-c", text), "file": (str(given),)}.get(way, ())
        profile = () if "-p" in flags else ("-p", "local")
        line = ("--config", str(config), *profile, *flags, *arguments)
        stdin = given if way == "stdin" else None
        begun.append(nursery.start(line, tmp_path, surroundings(tmp_path), stdin))
        return begun[-1]

    yield start
    for program in begun:
        program.close()


def test_the_table_holds_every_code_that_a_run_can_end_with() -> None:
    codes = {code for code, _, _ in WRONG.values()} | set(SIGNALS)
    assert codes - {7} == set(ExitCode) == {code for code, _ in EXIT_CODES}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", WRONG)
def test_each_code_in_each_way(begin: Begin, what: str, way: str) -> None:
    code, text, flags = WRONG[what]
    program = begin(way, f"{text}\n;SELECT 'later' AS n;", *flags)
    assert program.leave() == code, program.text
    assert ("later" in program.text) == (code == 0)
    assert "Traceback" not in program.text


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("what", WRONG)
def test_each_code_where_a_run_goes_on_or_runs_at_once(begin: Begin, what: str, mode: str) -> None:
    code, text, flags = WRONG[what]
    program = begin(
        "file", f"SELECT 'sooner' AS n;\n{text}\n;SELECT 'later' AS n;\n", *MODES[mode], *flags
    )
    assert program.leave() == code, program.text
    if mode == "continue":
        assert ("later" in program.text) == (code in {0, *SURVIVED} and what != "a wrong flag")
    assert "Traceback" not in program.text


def test_the_code_is_that_of_the_first_failure(begin: Begin) -> None:
    text = "-- @timeout 1s\nSELECT /* local: run 30s */ 1;\nSELECT nope;\n\\frob\n"
    assert begin("file", text, *MODES["continue"]).leave() == 4


@pytest.mark.parametrize(
    ("typed", "code"),
    [(r"\q", 0), (r"\quit 7", 7), (r"\quit", 0), ("\x04", 0), (r"\quit 130", 130)],
    ids=["q", "quit 7", "quit", "C-d", "quit 130"],
)
def test_how_the_shell_is_left(begin: Begin, typed: str, code: int) -> None:
    """What failed at the prompt was told there; it is no failure of the shell."""
    program = begin("the shell", "")
    assert program.see("sampledb>")
    program.line("SELECT nope;")
    assert program.until(lambda: "sampledb>" in program.text.partition("COLUMN_NOT_FOUND")[2])
    program.type(typed if typed == "\x04" else f"{typed}\r")
    assert program.leave() == code, program.text


def test_the_shell_opens_and_says_why_there_is_no_session(begin: Begin) -> None:
    program = begin("the shell", "", "-p", "out")
    assert program.see("/none")
    program.line(r"\q")
    assert program.leave() == 0, program.text
    assert begin("the shell", "", "-p", "unknown").leave() == 2


def starts(aws: Aws, mark: str) -> list[Start]:
    return [start for start in aws.local.endpoint.ledger.starts if mark in start.sql]


def states(aws: Aws, mark: str) -> list[str]:
    """Return the states of the queries with a mark, as the endpoint knows them."""
    executions = aws.local.endpoint.athena.executions
    return [executions.get(each.query_id).state(executions.now()) for each in starts(aws, mark)]


@pytest.mark.parametrize("code", SIGNALS)
@pytest.mark.parametrize("way", [*WAYS, "the shell", "parallel"])
def test_an_interrupt_stops_what_runs_and_starts_nothing_more(
    begin: Begin, aws: Aws, tmp_path: Path, way: str, code: int
) -> None:
    """In the shell Ctrl-C stops the query alone, and whoever leaves then leaves with 0."""
    mark = f"stopped {way} {code}"
    running = [f"SELECT /* local: run 60s */ /* {mark} */ {n};\n" for n in range(3)]
    stats = tmp_path / "stats.jsonl"
    if way == "the shell":
        program = begin(way, "")
        assert program.see("sampledb>")
        program.line(running[0])
        at_once = 1
    else:
        at_once = 2 if way == "parallel" else 1
        flags = ("--parallel", "2") if way == "parallel" else ()
        program = begin(
            "file" if way == "parallel" else way,
            "SELECT 'sooner' AS n;\n\\barrier\n" + "".join(running),
            *("--stats", str(stats), *flags),
        )
    assert program.until(lambda: states(aws, mark).count("RUNNING") == at_once), program.text
    program.signal(SIGNALS[code])
    if way == "the shell" and code == 130:
        assert program.see("Stopped")
        program.line(r"\q")
        code = 0
    assert program.leave() == code, program.text
    assert program.until(lambda: not RUNNING & set(states(aws, mark)), 10)
    assert states(aws, mark) == ["CANCELLED"] * at_once
    assert "Traceback" not in program.text
    if way != "the shell":
        told = [json.loads(line) for line in stats.read_text().splitlines()]
        assert [(each["number"], each["state"], each["exit_code"]) for each in told] == [
            (1, "SUCCEEDED", 0),
            *((2 + n, "CANCELLED", code) for n in range(at_once)),
        ]
        assert {each["query_id"] for each in told[1:]} == {s.query_id for s in starts(aws, mark)}


def test_ctrl_c_typed_at_the_terminal_ends_a_script_with_130(begin: Begin, aws: Aws) -> None:
    program = begin("-c", "SELECT /* local: run 60s */ 'typed'; SELECT 2")
    assert program.until(lambda: states(aws, "'typed'") == ["RUNNING"])
    program.type("\x03")
    assert program.leave() == 130, program.text
    assert states(aws, "'typed'") == ["CANCELLED"]


def test_a_query_that_somebody_else_stops_is_a_failure_and_no_interrupt(
    begin: Begin, aws: Aws
) -> None:
    program = begin(
        "file",
        "SELECT /* local: run 60s */ 'taken';\nSELECT 'later' AS n;\n",
        *MODES["continue"],
    )
    assert program.until(lambda: states(aws, "'taken'") == ["RUNNING"])
    aws.local.endpoint.athena.executions.stop(starts(aws, "'taken'")[0].query_id)
    assert program.leave() == 1, program.text
    assert "Somebody else stopped the query" in program.text
    assert "later" in program.text


def test_a_killed_run_has_told_what_had_ended(begin: Begin, aws: Aws, tmp_path: Path) -> None:
    stats, junit = tmp_path / "stats.jsonl", tmp_path / "junit.xml"
    junit.write_text("of yesterday")
    program = begin(
        "file",
        "SELECT 1;\nSELECT 2;\nSELECT /* local: run 60s */ 'killed';\n",
        *("--stats", str(stats), "--junit", str(junit)),
    )
    assert program.until(lambda: states(aws, "'killed'") == ["RUNNING"])
    program.signal(signal.SIGKILL)
    assert program.leave() == -signal.SIGKILL
    told = [json.loads(line) for line in stats.read_text().splitlines()]
    assert [(each["number"], each["state"]) for each in told] == [
        (1, "SUCCEEDED"),
        (2, "SUCCEEDED"),
    ]
    assert junit.read_text() == ""
    aws.local.endpoint.athena.executions.stop(starts(aws, "'killed'")[0].query_id)
