"""Every command's example works as it stands in the help, on the embedded endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from athena_shell.commands.built_in import BUILT_IN
from athena_shell.core.model import Table
from athena_shell.local.defaults import OUTPUT_LOCATION
from athena_shell.sql.splitter import is_complete
from tests.shell.embedded import embedded_connection, with_own_names

if TYPE_CHECKING:
    from athena_shell.commands.registry import Command
    from athena_shell.commands.services import Connection
    from tests.shell.conftest import Start, Terminal

HERE = {"database": "sampledb", "output_location": OUTPUT_LOCATION}


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with embedded_connection() as connection:
        yield connection


TRAVELLING = frozenset({"snapshots", "asof"})
"""Their table and its past are not in the samples: a service that answers anything is asked."""


def test_every_command_has_an_example() -> None:
    assert [each.name for each in BUILT_IN if not each.example] == []


@pytest.mark.parametrize("command", BUILT_IN, ids=lambda each: each.name)
def test_the_example_of(command: Command, connection: Connection, start: Start) -> None:
    if command.name in TRAVELLING:
        shell = start()
        shell.metadata.content["shop"] += (Table("daily", "shop"),)
    else:
        shell = start(connection=with_own_names(connection), **HERE)
    (shell.folder / "report.sql").write_text("SELECT 1 AS n;")
    if command.name == "quit":
        shell.type(command.example + "\r")
        assert shell.end() == 0
        return
    typed = ""
    for line in command.example.split("\n"):
        typed += line
        before = shell.prompts()
        shell.type(line + "\r")
        typed = "" if is_complete(typed) else typed + "\n"
        if not typed:
            wait_for_prompt(shell, before)
    assert shell.failure() is None
    assert "unexpected:" not in shell.text()


def wait_for_prompt(shell: Terminal, before: int) -> None:
    """Wait for the next prompt; say yes to a question on the way."""
    shell.wait(lambda: shell.prompts() > before or shell.text().endswith("[y/N]"))
    if shell.prompts() == before:
        shell.type("y\r")
        shell.wait(lambda: shell.prompts() > before)
