"""Help while writing, as it is seen on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.terminal.conftest import User

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(120)]


def test_the_hint_line_shows_the_function_around_the_cursor(user: User) -> None:
    user.run("--local")
    user.type("SELECT date_trunc(")
    shown = user.see("date_trunc(unit, x) → T: start of the unit")
    assert shown.splitlines()[-1].startswith("date_trunc(")
    user.terminal.resize(39, 20)
    user.gone("start of the unit")
    user.terminal.resize(100, 30)
    user.see("start of the unit")
    user.type("'day', placed_at)")
    user.gone("start of the unit")
    user.press("C-c")
    user.line("\\set hints off", see="hints = off")
    user.type("SELECT date_trunc(")
    user.see("SELECT date_trunc(", times=2)
    assert "start of the unit" not in user.terminal.text()
