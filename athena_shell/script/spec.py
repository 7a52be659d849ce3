"""The program described for machines: everything that its tables hold, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from athena_shell import __version__
from athena_shell.commands.topics import first_line, topic_names
from athena_shell.config import settings as setting_table
from athena_shell.config.ambient import variables
from athena_shell.config.exit_codes import EXIT_CODES
from athena_shell.config.flags import EVERY_FLAG
from athena_shell.config.parameters import Parameter

if TYPE_CHECKING:
    from athena_shell.commands.registry import CommandRegistry
    from athena_shell.output.registry import FormatterRegistry


def specification(
    registry: CommandRegistry,
    formatters: FormatterRegistry,
    choices: Mapping[str, Sequence[str]],
    parameters: Iterable[Parameter],
) -> str:
    """Return the description as JSON.

    Args:
        registry: the backslash commands.
        formatters: the output formats.
        choices: the values that each setting is chosen from.
        parameters: the profile parameters, those of the authentication types among them.
    """
    every = tuple(parameters)
    document: dict[str, Any] = {
        "name": "athena-shell",
        "version": __version__,
        "flags": [
            {
                "names": list(flag.names),
                "value": flag.metavar,
                "kind": flag.hint,
                "optional": flag.optional,
                "repeats": flag.repeats,
                "group": flag.group,
                "summary": flag.summary,
            }
            for flag in EVERY_FLAG
        ],
        "commands": [
            {
                "name": command.name,
                "aliases": list(command.aliases),
                "usage": command.usage,
                "summary": command.summary,
                "subject": command.subject,
                "arguments": list(command.arguments),
                "example": command.example,
                "ends_statement": command.ends_statement,
                "scripts": not command.interactive,
                "restricted_scripts": command.script,
            }
            for command in registry
        ],
        "settings": [
            {
                "name": setting.name,
                "aliases": list(setting.aliases),
                "default": setting.default_text,
                "choices": list(choices[setting.name]),
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
                "environment": list(parameter.environment),
                "fallback": list(parameter.fallback),
                "summary": parameter.summary,
            }
            for parameter in every
        ],
        "environment": dict(variables(every)),
        "topics": {name: first_line(name) for name in topic_names()},
        "exit_codes": {str(code): meaning for code, meaning in EXIT_CODES},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
