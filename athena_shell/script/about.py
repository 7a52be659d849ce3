"""What the program prints about itself: completion, manual page, specification."""

from __future__ import annotations

from collections.abc import Iterable

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
        formats = formatters.names()
        settings = {
            each.name: formats if each.name == "format" else each.choices
            for each in setting_table.descriptions()
        }
        return completion(options.completion, Words(formats, settings))
    if options.mode is Mode.MAN:
        return man_page(built_in_commands())
    return specification(built_in_commands(), formatters, (*CONNECTION, *parameters))
