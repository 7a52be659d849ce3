"""The program described for machines: everything that its tables hold, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from athena_shell import __version__
from athena_shell.config import settings as setting_table
from athena_shell.config.flags import EXIT_CODES, FLAGS
from athena_shell.config.parameters import Parameter

if TYPE_CHECKING:
    from athena_shell.commands.registry import CommandRegistry
    from athena_shell.output.registry import FormatterRegistry


def specification(
    registry: CommandRegistry, formatters: FormatterRegistry, parameters: Iterable[Parameter]
) -> str:
    """Return the description as JSON.

    Args:
        registry: the backslash commands.
        formatters: the output formats.
        parameters: the profile parameters, those of the authentication types among them.
    """
    document: dict[str, Any] = {
        "name": "athena-shell",
        "version": __version__,
        "flags": [
            {
                "names": list(flag.names),
                "value": flag.metavar,
                "optional": flag.optional,
                "repeats": flag.repeats,
                "summary": flag.summary,
            }
            for flag in FLAGS
        ],
        "commands": [
            {
                "name": command.name,
                "aliases": list(command.aliases),
                "usage": command.usage,
                "summary": command.summary,
                "subject": command.subject,
                "arguments": list(command.arguments),
                "scripts": not command.interactive,
                "restricted_scripts": command.script,
            }
            for command in registry
        ],
        "settings": [
            {
                "name": setting.name,
                "default": setting.default_text,
                "choices": list(setting.choices),
                "unit": setting.unit,
                "summary": setting.summary,
            }
            for setting in setting_table.descriptions()
        ],
        "formats": [
            {
                "name": formatter.name,
                "aliases": list(formatter.aliases),
                "extensions": list(formatter.extensions),
                "binary": formatter.binary,
                "summary": formatter.summary,
            }
            for formatter in formatters.built_in()
        ],
        "parameters": [
            {
                "name": parameter.name,
                "aliases": list(parameter.names[1:]),
                "default": parameter.default,
                "required": parameter.required,
                "secret": parameter.secret,
                "summary": parameter.summary,
            }
            for parameter in parameters
        ],
        "exit_codes": {str(code): meaning for code, meaning in EXIT_CODES},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
