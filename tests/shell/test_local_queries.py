r"""``\local`` at the prompt: held results are queried here and the answer is held in its turn."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TypeVar

import pytest

from athena_shell.core.errors import QueryFailed
from athena_shell.core.model import Row
from athena_shell.query.control import Control
from athena_shell.query.foreground import Work
from athena_shell.query.progress import Observer
from tests.shell.conftest import FakeEngine, Start, Terminal

T = TypeVar("T")

PRICES = "SELECT id, price FROM shop"
ROWS: tuple[Row, ...] = (("1", "1.10"), ("2", None), ("3", "3.30"))


@pytest.fixture
def shell(start: Start) -> Terminal:
    shell = start(columns=100, lines=40)
    shell.answers(PRICES, *ROWS, columns=("id", "price"), types=("bigint", "double"))
    shell.enter(PRICES + ";")
    return shell


def last_table(shell: Terminal) -> list[str]:
    """Return the lines after the last line that was typed, without the prompt."""
    lines = shell.text().splitlines()
    typed = max(place for place, line in enumerate(lines) if "> " in line)
    return lines[typed + 1 : -1]


def test_a_held_result_is_queried_and_nothing_is_sent(shell: Terminal) -> None:
    shell.enter(r"\local SELECT sum(price) AS total, count(*) AS n FROM _1;")
    *table, last = last_table(shell)
    assert table == [
        "+-------+---+",
        "| total | n |",
        "|-------+---|",
        "|   4.4 | 3 |",
        "+-------+---+",
    ]
    assert last.startswith("1 row · ")
    assert last.endswith(" · nothing sent · held as _2")
    assert [intent.statement.text for intent in shell.engine.started] == [PRICES]


def test_the_answer_is_held_in_its_turn(shell: Terminal) -> None:
    shell.enter(r"\local SELECT id FROM _ WHERE price > 2")
    shell.enter(r"\local SELECT id + 1 AS next FROM _")
    shell.enter(r"\last csv")
    assert last_table(shell) == ['"next"', '"4"']


def test_a_query_of_several_lines_ends_with_it(shell: Terminal) -> None:
    shell.type("SELECT count(*) AS n\r")
    shell.enter("FROM _1 \\local")
    assert "| 3 |" in shell.text()
    assert len(shell.engine.started) == 1


def test_alone_it_lists_what_is_held(shell: Terminal) -> None:
    shell.enter(r"\local SELECT 1 AS one")
    shell.enter(r"\local")
    assert last_table(shell) == [
        "+------+------+---------+-------+----------------------------+",
        "| name | rows | columns | held  | statement                  |",
        "|------+------+---------+-------+----------------------------|",
        "| _1   |    3 |       2 | whole | SELECT id, price FROM shop |",
        "| _2 _ |    1 |       1 | whole | SELECT 1 AS one            |",
        "+------+------+---------+-------+----------------------------+",
    ]


def test_variables_are_filled_in(shell: Terminal) -> None:
    shell.enter(r"\set least 3")
    shell.enter(r"\local SELECT count(*) AS n FROM _1 WHERE id >= :least")
    assert "| 1 |" in shell.text()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (r"\local SELECT nope FROM _1", 'Referenced column "nope" not found'),
        (r"\local SELECT * FROM _7", "Held are _1, _."),
        (r"\local DROP TABLE _1", "it changes nothing"),
        (r"SELECT 1 \local SELECT 2", "not both"),
    ],
)
def test_what_is_wrong_is_said_and_survived(shell: Terminal, typed: str, told: str) -> None:
    shell.enter(typed)
    assert told in " ".join(shell.text().split())
    shell.enter(r"\local SELECT 40 + 2 AS answer FROM _")
    assert "|     42 |" in shell.text()


def test_nothing_held_yet_is_said(start: Start) -> None:
    shell = start()
    shell.enter(r"\local SELECT * FROM _1")
    assert "Nothing is held yet." in shell.text()
    assert "Did you mean" not in shell.text()  # DuckDB proposes a table of its own catalog


def test_a_held_result_asked_of_athena_is_hinted_at(shell: Terminal) -> None:
    text = "SELECT * FROM _1"
    message = "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.shop._1' does not exist"
    shell.answers(text, error=QueryFailed(message))
    shell.enter(text + ";")
    assert r"\local in place of ; queries the results that are held here." in shell.text()


def test_a_result_that_was_not_read_whole_is_read_again_not_run_again(start: Start) -> None:
    engine = FakeEngine()
    shell = start(engine=engine)
    shell.answers(PRICES, *ROWS, columns=("id", "price"))
    shell.enter(PRICES + ";")
    desk = shell.shell._desk.value
    assert desk is not None
    part = desk.current.results.add(desk.current.results.find("_1").columns, "query-1")
    taken = part.keep(ROWS)
    next(taken)
    taken.close()
    assert (len(part), part.complete) == (1, False)
    shell.enter(r"\local SELECT count(*) AS n FROM _2")
    assert "| 3 |" in shell.text()
    assert engine.fetched == ["query-1", "query-1"]
    assert len(engine.started) == 1
    shell.enter(r"\local SELECT count(*) AS n FROM _2")
    assert engine.fetched == ["query-1", "query-1"]


def test_the_answer_goes_where_results_go(shell: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    shell.enter(rf"\once '{file}'")
    shell.enter(r"\local SELECT id FROM _1 ORDER BY id DESC")
    assert file.read_text() == '"id"\n"3"\n"2"\n"1"\n'


def test_ctrl_c_stops_it_and_leaves_the_results_as_they_were(start: Start) -> None:
    shell = start(columns=100, lines=40)
    shell.enter("SELECT 1;")
    desk = shell.shell._desk.value
    assert desk is not None
    controls: list[Control] = []

    def begun(work: Work[T], what: str = "") -> T:
        def noted(control: Control, observer: Observer) -> T:
            controls.append(control)

            def stop() -> None:
                control.cancel()
                control.stop_now()

            threading.Timer(0.05, stop).start()
            return work(control, observer)

        return run(noted, what)

    run = desk.tools.run
    desk.tools.run = begun  # type: ignore[method-assign] # Ctrl-C without a terminal's signals
    shell.enter(r"\local SELECT count(*) FROM range(100000000) a, range(100000000) b")
    assert "Stopped. Nothing had been sent to Athena." in shell.text()
    assert desk.current.results.names() == ("_1", "_")
    assert controls


def test_names_of_results_and_their_columns_are_offered(shell: Terminal) -> None:
    desk = shell.shell._desk.value
    assert desk is not None

    def offered(text: str) -> list[str]:
        return [each.text for each in desk._suggest(text, len(text))]

    assert offered(r"\local SELECT * FROM ")[:2] == ["_", "_1"]
    assert offered(r"\local SELECT p")[0] == "price"
    assert "price" in offered(r"\local SELECT * FROM _1 WHERE pr")
    assert "price" in offered("SELECT *\nFROM _1 a WHERE a.pr")
    assert "orders" not in offered(r"\local SELECT * FROM o")
    assert "orders" in offered("SELECT * FROM o")
