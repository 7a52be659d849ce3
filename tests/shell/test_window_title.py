"""The window's title follows the shell and is given back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prompt_toolkit.data_structures import Size
from prompt_toolkit.output.vt100 import Vt100_Output

from athena_shell.shell.window_title import WindowTitle
from tests.shell.conftest import ScreenStream

if TYPE_CHECKING:
    from tests.shell.conftest import Start

SAVE, RESTORE = "\x1b[22;2t", "\x1b[23;2t"
PATTERN = re.compile(r"\x1b\]2;[^\x07]*\x07|\x1b\[2[23];2t")


def test_the_title_follows_the_shell_and_is_given_back(start: Start) -> None:
    shell = start(settings={"window_title": "{profile} {role} {database}"})
    shell.wait(lambda: "\x1b]2;test analyst shop\x07" in shell.stream.raw)
    shell.enter("USE default;")
    shell.end()
    assert PATTERN.findall(shell.stream.raw) == [
        SAVE,
        *(["\x1b]2;test  shop\x07"] if "test  shop" in shell.stream.raw else []),
        "\x1b]2;test analyst shop\x07",
        "\x1b]2;test analyst default\x07",
        "\x1b]2;\x07",
        RESTORE,
    ]


def test_an_empty_title_leaves_the_window_its_own(start: Start) -> None:
    shell = start(settings={"window_title": "mine"})
    shell.enter("\\set window_title ''")
    shell.enter("SELECT 1;")
    assert PATTERN.findall(shell.stream.raw) == [SAVE, "\x1b]2;mine\x07", "\x1b]2;\x07", RESTORE]
    shell.end()
    assert len(PATTERN.findall(shell.stream.raw)) == 4


def test_a_terminal_without_titles_is_left_alone() -> None:
    stream = ScreenStream(80, 24)
    output = Vt100_Output(stream, lambda: Size(24, 80), term="linux")
    title = WindowTitle(lambda: "mine")
    title.show(output)
    title.forget(output)
    assert stream.raw == ""
