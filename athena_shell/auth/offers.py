"""What other packages offer by entry points: listed without importing, loaded when named."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterable
from typing import TypeVar

from athena_shell.config.parameters import Parameter
from athena_shell.core.errors import PluginError

Plugin = TypeVar("Plugin")


def plain(name: str) -> str:
    """Return a plugin's name without what people vary: case, blanks, hyphens and underscores."""
    return re.sub(r"[\s_-]", "", name).lower()


def offers(group: str) -> dict[str, importlib.metadata.EntryPoint]:
    """Return what other packages offer, by name; nothing is imported."""
    return {found.name: found for found in importlib.metadata.entry_points(group=group)}


def load_offer(point: importlib.metadata.EntryPoint, kind: type[Plugin], group: str) -> Plugin:
    """Import one offered plugin.

    Raises:
        PluginError: its import fails, or what it names is no plugin.
    """
    try:
        found = point.load()
    except Exception as error:
        raise PluginError(
            f"The plugin {point.name} ({point.value}) cannot be loaded:"
            f" {type(error).__name__}: {error}",
            "Update or remove its package.",
        ) from error
    if not isinstance(found, kind):
        raise PluginError(
            f"The plugin {point.name} ({point.value}) is a {type(found).__name__},"
            f" not a {kind.__name__}.",
            f"An entry point of {group} must name a {kind.__name__}.",
        )
    return found


def warnings(
    points: Iterable[importlib.metadata.EntryPoint], kind: type[Plugin], group: str
) -> tuple[str, ...]:
    """Import every offered plugin and return a line for each that cannot be loaded."""
    lines = []
    for point in points:
        try:
            load_offer(point, kind, group)
        except PluginError as error:
            lines.append(error.message)
    return tuple(lines)


def distinct(parameters: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """Return the parameters with each name once; the first of a name stays."""
    kept: dict[str, Parameter] = {}
    for parameter in parameters:
        kept.setdefault(parameter.name.lower(), parameter)
    return tuple(kept.values())
