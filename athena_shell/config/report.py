"""What ``--show-config`` prints: every effective value with its origin, secrets masked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from athena_shell.config import settings as setting_table
from athena_shell.config.connection_string import Pair, format_jdbc, format_odbc
from athena_shell.config.parameters import Parameter
from athena_shell.config.profile import DEFAULT_ORIGIN, Profile
from athena_shell.config.resolve import Resolved
from athena_shell.core.records import dataclass


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


def shown(resolved: Resolved, form: str) -> str:
    """Return the values in one of the forms that ``--as`` takes; raises as the form does."""
    return _FORMS[form](resolved)


def as_profile(resolved: Resolved) -> str:
    """Return what is set as a section of the configuration file."""
    pairs = _set(resolved.profile)
    section = [f"[profile {resolved.profile.name}]"]
    section += [f"{parameter.name} = {value}" for parameter, value in pairs]
    return "\n".join(section) + "\n"


def as_odbc(resolved: Resolved) -> str:
    """Return what is set as an ODBC connection string."""
    pairs = (Pair(parameter.name, value) for parameter, value in _set(resolved.profile))
    return format_odbc(pairs) + "\n"


def as_jdbc(resolved: Resolved) -> str:
    """Return what is set as a JDBC URL; what the two drivers default differently is written out.

    Raises ConfigError for a value that a URL cannot hold.
    """
    profile = resolved.profile
    pairs = [(p, value) for p, value in _set(profile) if p.name != "UseProxy"]
    pairs += [
        (p, p.default) for p in profile.table if p.jdbc_default and not profile.is_set(p.name)
    ]
    return format_jdbc(Pair(p.jdbc or p.name, value) for p, value in pairs) + "\n"


def _set(profile: Profile) -> list[tuple[Parameter, str]]:
    return [
        (parameter, shown)
        for parameter, shown, _ in profile.effective()
        if profile.is_set(parameter.name) and parameter.name != "connection_string"
    ]


_FORMS: Final[Mapping[str, Callable[[Resolved], str]]] = {
    "table": as_table,
    "profile": as_profile,
    "odbc": as_odbc,
    "jdbc": as_jdbc,
    "json": as_json,
}
