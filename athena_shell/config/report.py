"""What ``--show-config`` prints: every effective value with its origin, secrets masked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from athena_shell.config import settings as setting_table
from athena_shell.config.profile import DEFAULT_ORIGIN
from athena_shell.config.resolve import Resolved


@dataclass(frozen=True)
class Line:
    """One value: the group it belongs to, its name, its shown text, its origin."""

    group: str
    name: str
    value: str
    origin: str


def lines(resolved: Resolved) -> Iterator[Line]:
    """Yield the profile's parameters, then the settings, in table order."""
    profile = f"profile {resolved.profile.name}"
    for parameter, shown, origin in resolved.profile.effective():
        yield Line(profile, parameter.name, shown, origin)
    for name in setting_table.names():
        origin = resolved.setting_origins.get(name, DEFAULT_ORIGIN)
        yield Line("settings", name, resolved.settings.text(name), origin)


def as_table(resolved: Resolved, *, all_values: bool = True) -> str:
    """Return the values as aligned text, one a line under a heading for each group."""
    shown = [line for line in lines(resolved) if all_values or line.origin != DEFAULT_ORIGIN]
    names = max(len(line.name) for line in shown)
    values = min(max(len(line.value) for line in shown), 48)
    parts: list[str] = []
    group = ""
    for line in shown:
        if line.group != group:
            group = line.group
            parts += ["", f"[{group}]"] if parts else [f"[{group}]"]
        parts.append(f"{line.name:{names}} = {line.value:{values}}  # {line.origin}")
    return "\n".join(parts) + "\n"


def as_json(resolved: Resolved) -> str:
    """Return the values as one JSON object by group and name."""
    groups: dict[str, dict[str, dict[str, str]]] = {}
    for line in lines(resolved):
        entry = {"value": line.value, "origin": line.origin}
        groups.setdefault(line.group, {})[line.name] = entry
    return json.dumps(groups, indent=2, ensure_ascii=False) + "\n"
