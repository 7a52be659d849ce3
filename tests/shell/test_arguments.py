"""Every backslash command: its arguments are completed, or free text by intention."""

from __future__ import annotations

from athena_shell.commands.built_in import built_in_commands
from tests.shell.conftest import Start

FREE = {
    "echo": "any text",
    "warn": "any text",
    "gset": "a prefix for names of variables",
    "watch": "seconds",
    "history": "a text to look for",
    "bind": "values",
    "if": "a condition",
    "elif": "a condition",
    "save": "a new name",
    "snippet": "none is kept here",
    "drop": "no snippet is kept here",
    "keep": "no snippet is kept here",
    "saved": "none is saved here",
    "unsave": "none is saved here",
    "prepared": "none is prepared here",
    "unset": "no variable is set here",
    "!": "a command of the system",
    "quit": "an exit code",
}
IDS = {"analyze", "stats", "attach", "result", "stop", "detach"}


def test_each_command_completes_its_arguments(start: Start) -> None:
    shell = start()
    shell.answers("select 1", ("1",))
    shell.enter("select 1;")
    (shell.folder / "a.sql").write_text("select 1;")
    desk = shell.shell._desk.value
    assert desk is not None
    shell.wait(lambda: any(each.text == "orders" for each in desk._suggest("from o", 6)))
    silent = set()
    for command in built_in_commands():
        takes = len(command.usage.split(" ")) > 1
        assert takes == bool(command.arguments) or command.name in FREE, command.usage
        line = f"\\{command.name} "
        if takes and not tuple(desk._suggest(line, len(line))):
            silent.add(command.name)
    # These are asked of AWS when they are first needed.
    for name in ("workgroup", "workgroups"):
        line = f"\\{name} "
        shell.wait(lambda: bool(tuple(desk._suggest(line, len(line)))))  # noqa: B023 - used at once
        silent.discard(name)
    assert silent - FREE.keys() == set()


def test_ids_of_queries_are_completed(start: Start) -> None:
    shell = start()
    shell.answers("select 1", ("1",))
    shell.enter("select 1;")
    desk = shell.shell._desk.value
    assert desk is not None
    for name in IDS:
        line = f"\\{name} "
        assert [each.text for each in desk._suggest(line, len(line))] == ["query-1"], name
