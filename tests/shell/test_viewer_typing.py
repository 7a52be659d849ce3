"""Keys typed while the viewer is busy: carried out afterwards, in order, none lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.model import Column, Row
from athena_shell.output.grid import Grid
from athena_shell.output.options import FormatOptions
from athena_shell.output.rowstore import RowStore
from athena_shell.shell.viewer_model import ViewerModel
from athena_shell.shell.viewer_parts import Abilities, Task
from athena_shell.shell.viewer_typing import Typing

COLUMNS = (Column("id", "bigint"), Column("name"))


def rows(first: int, count: int) -> list[Row]:
    return [(str(number), f"name {number}") for number in range(first, first + count)]


class Seat:
    """Somebody before a viewer of seven lines whose work ends when the test says so."""

    def __init__(self, loaded: int, *, more: bool = True) -> None:
        self.store = RowStore(len(COLUMNS))
        self.model = ViewerModel(Grid(COLUMNS, self.store), FormatOptions(), Abilities())
        self.typing = Typing(self.model, self.start)
        self.tasks: list[Task] = []
        self.model.loading.append(rows(0, loaded), more=more)
        self.model.lines(60, 7)

    def start(self, task: Task) -> None:
        self.model.busy = True
        self.tasks.append(task)

    def type(self, *keys: str) -> None:
        for key in keys:
            self.typing.take(key, key if len(key) == 1 else "")

    def finish(self) -> None:
        """End the work under way, and what the waiting keys begin then."""
        while self.tasks and not self.model.left:
            task = self.tasks.pop(0)
            self.model.busy = False
            task.done(task.work())
            self.typing.go_on()

    def load(self, count: int, *, more: bool = True) -> None:
        self.model.loading.append(rows(self.model.grid.loaded, count), more=more)
        self.typing.go_on()

    def status(self) -> str:
        return "".join(text for _, text in self.model.lines(60, 7)[-1]).strip()


@pytest.fixture
def seat() -> Iterator[Seat]:
    seat = Seat(30)
    yield seat
    seat.store.close()


def test_keys_wait_for_work_and_are_carried_out_in_order(seat: Seat) -> None:
    seat.type("s", "s", "l", "j", "j", "/", *"name 27", "enter")
    assert seat.status().startswith("working … q leaves")
    assert seat.model.viewport.column == 0
    seat.finish()
    assert seat.model.grid.label() == "id ▼"
    assert (seat.model.viewport.row, seat.model.viewport.column) == (2, 1)
    assert seat.model.viewport.search == "name 27"
    assert not seat.model.waiting


def test_leaving_does_not_wait(seat: Seat) -> None:
    seat.type("s", "j", "q")
    assert seat.model.left


def test_interrupting_does_not_wait_even_in_a_question_to_come(seat: Seat) -> None:
    seat.type("s", "/", "a", "c-c")
    assert seat.model.left


def test_a_letter_of_an_answer_to_come_does_not_leave(seat: Seat) -> None:
    seat.type("s", "/", *"q7", "escape", "1", "0", "q")
    assert not seat.model.left
    seat.finish()
    assert seat.status() == ":10q"


def test_a_move_waits_for_the_rows_it_moves_to(seat: Seat) -> None:
    seat.type("G", "j", " ", "l")
    assert seat.model.viewport.row == 29
    assert seat.status().startswith("loading … 30 rows · Esc stops")
    seat.load(4)
    assert seat.model.viewport.row == 30
    seat.load(500)
    assert (seat.model.viewport.row, seat.model.viewport.column) == (35, 1)
    assert seat.status().startswith("row 36 of 534+")


def test_a_move_goes_as_far_as_there_are_rows(seat: Seat) -> None:
    seat.type("G", " ", " ", "k")
    seat.load(2, more=False)
    assert seat.model.viewport.row == 30


def test_a_jump_holds_the_keys_after_it(seat: Seat) -> None:
    seat.type(*":100", "enter", "j", "l")
    seat.load(50)
    assert seat.status().startswith("loading … 80 of 100 rows")
    seat.load(50)
    assert (seat.model.viewport.row, seat.model.viewport.column) == (100, 1)


def test_escape_gives_up_what_is_waited_for(seat: Seat) -> None:
    seat.type("G", "G", "j", "escape")
    assert seat.status().startswith("row 30 of 30+")
    seat.load(100)
    assert seat.model.viewport.row == 29


def test_a_failure_frees_the_keys(seat: Seat) -> None:
    seat.type("G", "G", "k")
    seat.model.loading.failed("the network is gone")
    seat.typing.go_on()
    assert seat.model.viewport.row == 28


def test_a_pasted_text_is_an_answer_or_nothing(seat: Seat) -> None:
    seat.typing.take("paste", "qqq 12")
    seat.type("/")
    seat.typing.take("paste", "name 7")
    assert not seat.model.left
    assert seat.status() == "/name 7"


@given(
    st.lists(
        st.sampled_from(["j", "k", " ", "b", "d", "u", "g", "l", "h", "n", "z", "-", "+", "]"]),
        max_size=30,
    ),
    st.lists(st.integers(1, 40), max_size=30),
)
def test_slow_rows_change_nothing(keys: list[str], portions: list[int]) -> None:
    """Rows that come late lead to where rows that were there at once lead to."""
    fast, slow = Seat(300, more=False), Seat(portions[0] if portions else 30)
    for seat in (fast, slow):
        seat.type(*keys)
    for portion in [*portions[1:], 300]:
        slow.load(min(portion, 300 - slow.model.grid.loaded), more=True)
    slow.load(0, more=False)
    places = [(seat.model.viewport.row, seat.model.viewport.column) for seat in (fast, slow)]
    for seat in (fast, slow):
        seat.store.close()
    assert places[0] == places[1]
