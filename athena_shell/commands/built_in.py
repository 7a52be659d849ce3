"""The commands the program has, in the order in which help lists them."""

from __future__ import annotations

from typing import Final

from athena_shell.commands import (
    display,
    ending,
    explore,
    exporting,
    files,
    flow,
    following,
    general,
    prepared,
    queries,
    saved,
    session,
    snippets,
    variables,
    writing,
)
from athena_shell.commands.registry import CommandRegistry

BUILT_IN: Final = (
    *general.COMMANDS,
    *explore.COMMANDS,
    *session.COMMANDS,
    *ending.COMMANDS,
    *writing.COMMANDS,
    *queries.COMMANDS,
    *following.COMMANDS,
    *saved.COMMANDS,
    *prepared.COMMANDS,
    *snippets.COMMANDS,
    *display.COMMANDS,
    *variables.COMMANDS,
    *files.COMMANDS,
    *exporting.COMMANDS,
    *flow.COMMANDS,
)


def built_in_commands() -> CommandRegistry:
    """Return the registry of all built-in commands."""
    return CommandRegistry(BUILT_IN)
