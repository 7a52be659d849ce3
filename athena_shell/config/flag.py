"""One flag of the command line, and what it does with its value."""

from __future__ import annotations

from enum import StrEnum

from athena_shell.core.records import dataclass


class Effect(StrEnum):
    """What a flag does with its value."""

    SOURCE = "source"
    PARAMETER = "parameter"
    SETTING = "setting"
    OPTION = "option"
    MODE = "mode"
    VARIABLE = "variable"
    NAMES = "names"


@dataclass(frozen=True)
class Flag:
    """One flag.

    Args:
        names: as typed, the long one last.
        summary: one line for help.
        effect: where the value goes.
        target: the parameter, setting, mode or field it sets.
        metavar: what the value is called; empty for a switch.
        value: the value of a switch that sets a setting.
        group: the heading in help.
        repeats: whether it may be given more than once.
        optional: whether the value may be left out.
        hint: the kind of value, for completion: ``file``, ``directory``, ``profile``, ``format``.
    """

    names: tuple[str, ...]
    summary: str
    effect: Effect
    target: str
    metavar: str = ""
    value: str = ""
    group: str = ""
    repeats: bool = False
    optional: bool = False
    hint: str = ""

    @property
    def long(self) -> str:
        """The long name."""
        return self.names[-1]

    @property
    def usage(self) -> str:
        """The names with the value's name: ``-f, --file FILE``."""
        value = f"[={self.metavar}]" if self.optional else f" {self.metavar}"
        return ", ".join(self.names) + (value if self.metavar else "")
