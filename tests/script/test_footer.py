"""What a command tells below its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.script.conftest import Script


def test_what_stands_below_a_commands_rows_is_talk(script: Script) -> None:
    ran = script.run("\\d+ orders")
    assert (ran.code, ran.out) == (0, '"column","type","key","comment"\n')
    assert ran.err.splitlines()[0].split() == ["kind"]
