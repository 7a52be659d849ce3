"""What other packages offer by entry points: listed without importing, loaded when named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from athena_shell.core.errors import PluginError

if TYPE_CHECKING:
    import importlib.metadata

    from athena_shell.config.parameters import Parameter

Plugin = TypeVar("Plugin")


def plain(name: str) -> str:
    """Return a plugin's name without what people vary: case, blanks, hyphens and underscores."""
    return re.sub(r"[\s_-]", "", name).lower()


class Offers(Mapping[str, "importlib.metadata.EntryPoint"]):
    """What other packages offer in a group, by name; looked up when first asked, never imported.

    Args:
        group: the entry point group.
    """

    def __init__(self, group: str) -> None:
        self._group = group

    @cached_property
    def _points(self) -> dict[str, importlib.metadata.EntryPoint]:
        from importlib.metadata import entry_points

        return {found.name: found for found in entry_points(group=self._group)}

    def __getitem__(self, name: str) -> importlib.metadata.EntryPoint:
        return self._points[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._points)

    def __len__(self) -> int:
        return len(self._points)


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
