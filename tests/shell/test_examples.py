"""Every command's example works as it stands in the help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from athena_shell.commands.built_in import BUILT_IN
from athena_shell.sql.splitter import is_complete

if TYPE_CHECKING:
    from athena_shell.commands.registry import Command
    from tests.shell.conftest import Start


@pytest.mark.parametrize(
    "command", [each for each in BUILT_IN if each.example], ids=lambda each: each.name
)
def test_the_example_of(command: Command, start: Start) -> None:
    shell = start()
    (shell.folder / "report.sql").write_text("SELECT 1 AS n;")
    shell.answers("SELECT 'a' AS r, 'b' AS c, 1 AS n", ("a", "b", "1"), columns=("r", "c", "n"))
    shell.answers("SELECT 'SELECT 1'", ("SELECT 1",))
    shell.answers(
        "SELECT 1 AS x, 2 AS y", ("1", "2"), columns=("x", "y"), types=("integer", "integer")
    )
    lines = command.example.split("\n")
    if command.name == "quit":
        shell.type(command.example + "\r")
        assert shell.end() == 0
        return
    typed = ""
    for line in lines:
        typed += line
        before = shell.prompts()
        shell.type(line + "\r")
        if is_complete(typed):
            shell.wait(lambda before=before: shell.prompts() > before)  # type: ignore[misc] # bound
            typed = ""
        else:
            typed += "\n"
    assert shell.failure() is None
