"""What the program prints about itself: completion, manual page, specification."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from athena_shell.commands.built_in import built_in_commands
from athena_shell.config import settings as setting_table
from athena_shell.config.connection import CONNECTION
from athena_shell.config.options import Mode, Options
from athena_shell.config.parameters import Parameter
from athena_shell.output.registry import FormatterRegistry
from athena_shell.script.completions import Words, completion
from athena_shell.script.man_page import man_page
from athena_shell.script.spec import specification


def about(options: Options, parameters: Iterable[Parameter]) -> str:
    """Return what the mode asks for; raises ConfigError for an unknown shell.

    Args:
        options: the command line.
        parameters: the parameters of the authentication types.
    """
    formatters = FormatterRegistry()
    if options.mode is Mode.COMPLETION:
        return completion(options.completion, Words(formatters.names(), _choices(formatters)))
    every = (*CONNECTION, *parameters)
    if options.mode is Mode.MAN:
        return man_page(built_in_commands(), formatters, every)
    return specification(built_in_commands(), formatters, _choices(formatters), every)


def _choices(formatters: FormatterRegistry) -> dict[str, Sequence[str]]:
    """Return the values that each setting is chosen from; the formats are a registry's."""
    own = {each.name: each.choices for each in setting_table.descriptions()}
    return {**own, "format": formatters.names()}
