"""A setting that is changed while the shell runs counts from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.shell.conftest import Start, Terminal


def since(shell: Terminal, before: int) -> str:
    """Return what was sent to the terminal since then."""
    return shell.stream.raw[before:]


def test_colours_can_be_turned_off(start: Start) -> None:
    shell = start(settings={"color": "always"})
    shell.enter("\\nonsense")
    assert "\x1b[31mThere is no command" in shell.stream.raw
    shell.enter("\\set color never")
    before = len(shell.stream.raw)
    shell.enter("\\nonsense")
    assert "There is no command" in since(shell, before)
    assert "\x1b[31m" not in since(shell, before)
    assert "96m" not in since(shell, before)  # the prompt


def test_the_theme_can_be_changed(start: Start) -> None:
    shell = start(settings={"color": "always"})
    shell.enter("SELECT 1;")
    assert "\x1b[0;96mshop> " in shell.stream.raw
    shell.enter("\\set theme light")
    before = len(shell.stream.raw)
    shell.enter("SELECT 1;")
    assert "\x1b[0;34mshop> " in since(shell, before)


def test_the_price_can_be_changed(start: Start) -> None:
    shell = start()
    assert "10.0 MB scanned · $0.000048" in shell.enter("SELECT 1;")
    shell.enter("\\set price_per_tb 1000000")
    assert "10.0 MB scanned · $9.54" in shell.enter("SELECT 2;")
    desk = shell.shell._desk.value
    assert desk is not None
    assert desk.facts()["cost"] == "$9.54"
    shell.enter("\\unset price_per_tb")
    assert "10.0 MB scanned · $0.000048" in shell.enter("SELECT 3;").rpartition("$9.54")[2]


def test_the_history_can_be_turned_off(start: Start) -> None:
    shell = start()
    shell.enter("SELECT 'kept';")
    shell.enter("\\set history_size 0")
    shell.enter("SELECT 'lost';")
    (history,) = shell.folder.rglob("history")
    assert "kept" in history.read_text()
    assert "lost" not in history.read_text()
