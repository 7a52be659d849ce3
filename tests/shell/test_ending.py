"""Asked to end from outside: whenever that comes, the shell ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_shell.shell.signals import Ended

if TYPE_CHECKING:
    from tests.shell.conftest import Start


def test_an_end_that_comes_together_with_enter_is_not_lost(start: Start) -> None:
    shell = start()
    buffer = shell.shell.prompt.session.default_buffer
    accept = buffer.accept_handler
    assert accept is not None

    def both(accepted: object) -> bool:
        kept = accept(accepted)  # type: ignore[arg-type] # the buffer itself
        assert shell.shell.prompt.leave(Ended(143))
        return kept

    buffer.accept_handler = both
    shell.type("SELECT 1;\r")
    shell.wait(lambda: shell.code is not None)
    assert (shell.code, shell.engine.started) == (143, [])


def test_a_key_press_of_ctrl_c_right_behind_enter_starts_nothing(start: Start) -> None:
    shell = start()
    shell.type("SELECT 1;\rlost\x03SELECT 2;\r")
    shell.wait_for("query-1")
    assert "Stopped before it began; nothing was sent." in shell.text()
    assert [intent.statement.text for intent in shell.engine.started] == ["SELECT 2"]


def test_what_still_runs_is_named_also_when_the_end_comes_from_outside(start: Start) -> None:
    shell = start()
    shell.answers("SELECT 1", ("1",), looks=10**6)
    shell.enter("SELECT 1;>")
    assert shell.shell.prompt.leave(Ended(143))
    shell.wait(lambda: shell.code is not None)
    assert shell.code == 143
    assert "Still running; take them up again with:\n  \\attach query-1" in shell.text()
