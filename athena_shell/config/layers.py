"""Layers of values: what one source of the resolution says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import NamedTuple

from athena_shell.config import settings as setting_table
from athena_shell.config.foreign import effect_warning, is_without_effect
from athena_shell.config.ini import Entry
from athena_shell.config.parameters import ParameterTable
from athena_shell.config.profile import unknown_key
from athena_shell.core.errors import ConfigError
from athena_shell.core.records import dataclass


@dataclass(frozen=True, eq=False)
class Layer:
    """Values of one source by any of their names.

    Args:
        values: the values by name as written.
        origins: where some of them came from.
        origin: where the others came from.
        jdbc: whether the JDBC driver's defaults hold below these values.
        on_argv: whether they came from the command line, where no secret may stand.
        shared_file: a file behind them that others can read.
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    origins: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    jdbc: bool = False
    on_argv: bool = False
    shared_file: Path | None = None

    def origin_of(self, name: str) -> str:
        """Say where a value came from."""
        return self.origins.get(name, self.origin)

    def entries(self) -> tuple[Entry, ...]:
        """Return the values in order, each with its origin."""
        return tuple(Entry(k, v, self.origin_of(k), 0) for k, v in self.values.items())


class Sorted(NamedTuple):
    """Entries sorted by what they are."""

    parameters: tuple[Entry, ...]
    settings: tuple[Entry, ...]
    warnings: tuple[str, ...]


def sort_out(entries: Sequence[Entry], known: ParameterTable, *, strict: bool) -> Sorted:
    """Part entries into parameters and settings; the rest has no effect and makes one warning.

    Args:
        entries: what a source says.
        known: every parameter there is.
        strict: whether an unknown name is an error, as in a file that was written for this program.

    Raises ConfigError for an unknown name when strict, and for one that is never obeyed.
    """
    parameters: list[Entry] = []
    settings: list[Entry] = []
    without_effect: list[str] = []
    secret_before = ""
    for entry in entries:
        parameter = known.find(entry.key)
        if parameter is not None:
            parameters.append(entry)
            secret_before = entry.key if parameter.secret else ""
            continue
        if setting_table.find(entry.key) is not None:
            settings.append(entry)
        elif is_without_effect(entry.key, entry.value, entry.origin):
            without_effect.append(entry.key)
        elif strict:
            names = (*(n for p in known for n in p.names), *setting_table.names())
            raise unknown_key(entry.key, entry.origin, iter(names))
        elif secret_before:
            # What looks like a parameter may be the rest of a secret with a semicolon in it.
            raise ConfigError(
                f"{entry.origin}: what follows {secret_before} is no known parameter.",
                f"If the value of {secret_before} has a semicolon: {secret_before}={{value}}",
            )
        else:
            without_effect.append(entry.key)
        secret_before = ""
    return Sorted(tuple(parameters), tuple(settings), effect_warning(without_effect))


def refuse_on_argv(layer: Layer, known: ParameterTable) -> None:
    """Refuse a secret that stands on the command line; raises ConfigError that says why."""
    if not layer.on_argv:
        return
    for name, value in layer.values.items():
        parameter = known.find(name)
        if parameter and parameter.secret and value and name not in layer.origins:
            raise ConfigError(
                f"{layer.origin}: {name} is secret, and other users can read command lines.",
                "Use --connection-string-file FILE, or - and standard input.",
            )


def sharing_warning(layer: Layer, known: ParameterTable) -> tuple[str, ...]:
    """Return a warning for a secret in a driver's file that others can read."""
    secret = any(
        value and (parameter := known.find(name)) is not None and parameter.secret
        for name, value in layer.values.items()
    )
    if layer.shared_file is None or not secret:
        return ()
    path = layer.shared_file
    return (f"{path} holds a secret and others can read it; run: chmod 600 {path}",)
