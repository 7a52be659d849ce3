"""The help topic *commands*, written from the registry."""

from __future__ import annotations

from itertools import groupby

from athena_shell.commands.registry import Command, CommandRegistry


def reference(registry: CommandRegistry) -> str:
    r"""Return the topic's Markdown; a test compares it with the shipped file."""
    lines = [
        "# Backslash commands",
        "",
        "A command begins with a backslash and ends with its line. `\\?` lists them, `\\help NAME`",
        "explains one. Arguments are split at blanks; single quotes hold blanks together, double",
        "quotes quote a name. Commands marked *not in scripts* need `--unrestricted` there. Those",
        "under *Statement* and some under *Writing* may stand behind a statement in place of its",
        "`;`; alone on a line they use the last one.",
    ]
    for subject, commands in groupby(registry, key=lambda command: command.subject):
        lines += ["", f"## {subject}"]
        for command in commands:
            lines += ["", *_entry(command)]
    return "\n".join(lines) + "\n"


def _entry(command: Command) -> list[str]:
    lines = [f"### `{command.usage}`", "", command.summary + "."]
    if command.aliases:
        lines += ["", "Also: " + ", ".join(f"`\\{alias}`" for alias in command.aliases) + "."]
    if command.details:
        lines += ["", command.details]
    if command.interactive:
        lines += ["", "*In the interactive shell only.*"]
    elif not command.script:
        lines += ["", "*Not in scripts.*"]
    if command.example:
        lines += ["", *(f"    {line}" for line in command.example.split("\n"))]
    return lines
