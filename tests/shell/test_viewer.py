"""The result viewer on a terminal: real keys in, a real screen out."""

from __future__ import annotations

import base64
import io
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest
from prompt_toolkit.application import Application
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.output.vt100 import Vt100_Output

from athena_shell.core.errors import LoginRequired, ServiceError
from athena_shell.core.model import Column, Row
from athena_shell.output.intermission import Intermission
from athena_shell.output.options import FormatOptions
from athena_shell.shell.viewer import Terminal, view
from athena_shell.shell.viewer_parts import Abilities

WIDTH, HEIGHT = 60, 10
COLUMNS = (Column("id", "bigint"), Column("text"))


class Screen(io.StringIO):
    """A terminal that remembers what it shows."""

    encoding = "utf-8"

    def __init__(self) -> None:
        super().__init__()
        self.raw = ""
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.screen)
        self._lock = threading.Lock()

    def write(self, text: str) -> int:
        with self._lock:
            self.raw += text
            self._stream.feed(text)
        return len(text)

    def fileno(self) -> int:
        return 1

    def lines(self) -> list[str]:
        with self._lock:
            return [line.rstrip() for line in self.screen.display]


class Look:
    """A viewer that runs on a thread and is driven from the test."""

    def __init__(
        self, keys: PipeInput, rows: Iterator[Row], abilities: Abilities, typed_before: str = ""
    ) -> None:
        store_typeahead(keys, [KeyPress(key) for key in typed_before])
        self.screen = Screen()
        self.taken = 0
        self.failure: BaseException | None = None
        self.keys = keys
        self.typed_ahead: list[KeyPress] = []
        self._size = Size(rows=HEIGHT, columns=WIDTH)
        self._rows = rows
        output = Vt100_Output(self.screen, lambda: self._size, term="xterm-256color")
        self._terminal = Terminal(keys, output)
        self._abilities = abilities
        self.intermission = Intermission(self._ask)
        self.asked = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        def counted() -> Iterator[Row]:
            for row in self._rows:
                self.taken += 1
                yield row

        options = FormatOptions(color=True, tty=True)
        try:
            view(COLUMNS, counted(), options, self._abilities, self._terminal, self.intermission)
        except (ServiceError, LoginRequired) as error:
            self.failure = error

    def _ask(self, error: LoginRequired) -> None:
        self.asked += 1
        self.typed_ahead += get_typeahead(self.keys)
        assert self.screen.raw.rindex("\x1b[?1049l") > self.screen.raw.rindex("\x1b[?1049h")
        if self.refuses:
            raise error

    refuses = False

    def type(self, keys: str) -> None:
        self.keys.send_text(keys)

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < deadline, "\n".join(self.screen.lines())
            time.sleep(0.005)

    def until_shown(self, text: str) -> None:
        self.until(lambda: any(text in line for line in self.screen.lines()))

    def leave(self) -> None:
        self.type("q")
        self._thread.join(10)
        assert not self._thread.is_alive()


def rows(count: int) -> Iterator[Row]:
    for number in range(count):
        yield str(number), f"text {number}" if number % 3 else None


@pytest.fixture
def look() -> Iterator[Callable[..., Look]]:
    with create_pipe_input() as keys:
        yield lambda source, abilities=None, **more: Look(
            keys, source, abilities or Abilities(), **more
        )


def test_it_opens_on_the_first_rows_and_leaves(look: Callable[..., Look]) -> None:
    viewer = look(rows(1_000_000))
    viewer.until_shown("row 1 of 500+")
    assert viewer.screen.lines()[:4] == [" id │ text", "  0 │ NULL", "  1 │ text 1", "  2 │ text 2"]
    viewer.leave()
    assert viewer.taken <= 1_000
    assert "\x1b[?1049l" in viewer.screen.raw


def test_it_fetches_on_as_one_moves_and_no_further(look: Callable[..., Look]) -> None:
    viewer = look(rows(1_000_000))
    viewer.until_shown("row 1 of 500+")
    viewer.type("G")
    viewer.until_shown("row 500 of 1,000+")
    viewer.type("\x1b[6~")
    viewer.until_shown("505 │ text 505")
    viewer.leave()
    assert viewer.taken <= 2_000


def test_keys_search_and_pages(look: Callable[..., Look]) -> None:
    viewer = look(rows(100))
    viewer.until_shown("row 1 of 100")
    viewer.type("/text 77")
    viewer.until_shown("/text 77")
    viewer.type("\r")
    viewer.until_shown("row 78 of 100")
    viewer.type("l\r")
    viewer.until_shown("text varchar")
    viewer.type("\x1b")
    viewer.until_shown("row 78 of 100 · 2/2")
    viewer.type("f77\r")
    viewer.until_shown("row 1 of 1 loaded · text: 77 ·")
    viewer.leave()


def test_the_wheel_scrolls_and_a_click_chooses(look: Callable[..., Look]) -> None:
    viewer = look(rows(100))
    viewer.until_shown("row 1 of 100")
    viewer.type("\x1b[<65;5;5M")
    viewer.until_shown("row 4 of 100")
    viewer.type("\x1b[<0;2;4M\x1b[<0;2;4m")
    viewer.until_shown("row 6 of 100 · 1/2")
    viewer.type("\x1b[<0;9;1M\x1b[<0;9;1m")
    viewer.until_shown("row 6 of 100 · 2/2")
    viewer.type("\x1b[<0;3;2M\x1b[<0;3;2m\x1b[<0;50;3M\x1b[<0;50;3m")
    viewer.until_shown("row 5 of 100 · 2/2")
    viewer.leave()


def test_a_line_reaches_the_last_column(look: Callable[..., Look]) -> None:
    viewer = look(iter([("1", "x" * 200)]))
    viewer.until_shown("row 1 of 1")
    viewer.type("lw")
    viewer.until_shown("x" * 50)
    viewer.until(lambda: viewer.screen.lines()[1].endswith("x…"))
    assert len(viewer.screen.lines()[1]) == WIDTH
    viewer.leave()


def test_a_new_size_is_drawn(look: Callable[..., Look]) -> None:
    viewer = look(rows(100))
    viewer.until_shown("row 1 of 100")
    viewer._size = Size(rows=5, columns=40)
    viewer.type("\x0c")
    viewer.until(lambda: "row 1 of 100" in viewer.screen.lines()[4])
    viewer.leave()


def test_copying_goes_to_the_terminal_only_when_allowed(look: Callable[..., Look]) -> None:
    allowed = look(rows(10), Abilities(copy=lambda _text: None))
    allowed.until_shown("row 1 of 10")
    allowed.type("jlY")
    allowed.until_shown("copied the row")
    allowed.leave()
    copied = base64.b64encode(b"1\ttext 1").decode()
    assert f"\x1b]52;c;{copied}\x07" in allowed.screen.raw


def test_copying_is_off_otherwise(look: Callable[..., Look]) -> None:
    viewer = look(rows(10))
    viewer.until_shown("row 1 of 10")
    viewer.type("jlY")
    viewer.until_shown("copying is off")
    viewer.leave()
    assert "\x1b]52" not in viewer.screen.raw


def test_export_from_inside(look: Callable[..., Look], tmp_path: Path) -> None:
    def export(path: Path, _columns: object, shown: Iterator[Row]) -> str:
        path.write_text("".join(f"{row[0]}\n" for row in shown))
        return f"saved {path.name}"

    viewer = look(rows(10), Abilities(export=export))
    viewer.until_shown("row 1 of 10")
    viewer.type(f"e{tmp_path / 'out.csv'}\r")
    viewer.until_shown("saved out.csv")
    viewer.leave()
    assert (tmp_path / "out.csv").read_text() == "".join(f"{number}\n" for number in range(10))


def test_a_failed_fetch_is_told_and_raised_at_the_end(look: Callable[..., Look]) -> None:
    def failing() -> Iterator[Row]:
        yield from rows(500)
        raise ServiceError("the network is gone")

    viewer = look(failing())
    viewer.until_shown("row 1 of 500")
    viewer.type("G")
    viewer.until_shown("the network is gone")
    viewer.leave()
    assert isinstance(viewer.failure, ServiceError)


def test_hostile_values_never_reach_the_terminal(look: Callable[..., Look]) -> None:
    hostile = ["\x1b]0;owned\x07", "\x9b31m", "\u202egnp.exe", "a\rb", "\x1b[2J"]
    viewer = look(iter([(None, text) for text in hostile]))
    viewer.until_shown("row 1 of 5")
    viewer.type("v")
    viewer.until_shown("text | ")
    viewer.type("q")
    viewer.until_shown("row 1 of 5")
    viewer.leave()
    assert "\x1b]0;" not in viewer.screen.raw
    assert not {"\x9b", "\u202e", "\x07"} & set(viewer.screen.raw)
    assert "^[]0;owned^G" in viewer.screen.raw


def needing_a_login(look: Callable[..., Look], count: int, at: int) -> Look:
    """Look at rows of which one can be read only after a log-in."""
    viewer: Look

    def source() -> Iterator[Row]:
        for number, row in enumerate(rows(count)):
            if number == at:
                viewer.intermission.require(LoginRequired("The token has expired."))
            yield row

    viewer = look(source())
    return viewer


def test_it_is_left_for_a_login_and_shown_again_where_it_was(look: Callable[..., Look]) -> None:
    viewer = needing_a_login(look, 1_200, 700)
    viewer.until_shown("row 1 of 500+")
    viewer.type("G")
    viewer.until_shown("row 500 of 1,000+")
    viewer.until(lambda: viewer.asked == 1)
    viewer.type("G")
    viewer.until_shown("of 1,200")
    viewer.type("G")
    viewer.until_shown("row 1,200 of 1,200")
    assert viewer.screen.lines()[-2].split() == ["1199", "│", "text", "1199"]
    viewer.leave()
    assert viewer.asked == 1
    assert viewer.failure is None


def test_keys_typed_ahead_are_for_the_viewer_and_never_for_the_login(
    look: Callable[..., Look],
) -> None:
    viewer = needing_a_login(look, 1_200, 700)
    viewer.until_shown("row 1 of 500+")
    viewer.type("GGkkl" + "\x1b[A" * 20)
    viewer.until_shown("row 1,178 of 1,200 · 2/2")
    assert viewer.asked == 1
    assert viewer.typed_ahead == []
    viewer.leave()


def test_keys_typed_before_the_viewer_came_are_for_the_prompt_after_it(
    look: Callable[..., Look],
) -> None:
    viewer = look(rows(10), typed_before="SELECT 2;\r")
    viewer.until_shown("row 1 of 10")
    viewer.leave()
    assert "".join(press.key for press in get_typeahead(viewer.keys)) == "SELECT 2;\r"


def test_keys_wait_for_a_slow_order(look: Callable[..., Look]) -> None:
    going_on = threading.Event()
    exported: list[Row] = []

    def export(_path: Path, _columns: object, shown: Iterator[Row]) -> str:
        going_on.wait(10)
        exported.extend(shown)
        return "saved"

    viewer = look(rows(20_000), Abilities(export=export))
    viewer.until_shown("row 1 of 500+")
    viewer.type(":15000\rex\rjjk")
    viewer.until_shown("working … q leaves")
    going_on.set()
    viewer.until_shown("row 15,001 of 15,")
    viewer.leave()
    assert len(exported) == 15_000


def test_it_can_be_suspended(look: Callable[..., Look], monkeypatch: pytest.MonkeyPatch) -> None:
    suspended: list[object] = []

    def suspend(app: object) -> None:
        suspended.append(app)

    monkeypatch.setattr(Application, "suspend_to_background", suspend)
    viewer = look(rows(10))
    viewer.until_shown("row 1 of 10")
    viewer.type("\x1a")
    viewer.until(lambda: len(suspended) == 1)
    viewer.leave()


def test_leaving_waits_for_nothing(look: Callable[..., Look]) -> None:
    stuck = threading.Event()

    def export(_path: Path, _columns: object, _shown: Iterator[Row]) -> str:
        stuck.wait(10)
        return "saved"

    viewer = look(rows(20_000), Abilities(export=export))
    viewer.until_shown("row 1 of 500+")
    viewer.type(":15000\rex\rjjk")
    viewer.until_shown("working … q leaves")
    viewer.leave()
    stuck.set()


def test_a_refused_login_ends_the_rows_and_is_told(look: Callable[..., Look]) -> None:
    viewer = needing_a_login(look, 1_200, 700)
    viewer.refuses = True
    viewer.until_shown("row 1 of 500+")
    viewer.type("G")
    viewer.until_shown("The token has expired.")
    viewer.leave()
    assert isinstance(viewer.failure, LoginRequired)
    assert viewer.asked == 1
