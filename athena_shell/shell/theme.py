"""Colours: roles for messages, classes for the prompt; all of them can be turned off."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prompt_toolkit.styles import BaseStyle

_RESET: Final = "\x1b[0m"
_DUMB: Final = frozenset({"", "dumb", "unknown"})


class Role(Enum):
    """What a piece of talk is, with its SGR parameters."""

    ERROR = "31"
    HINT = "36"
    NOTICE = "33"
    QUIET = "2"
    MARK = "1;31"
    STRONG = "1"


def wants_color(setting: str, environment: Mapping[str, str], *, tty: bool) -> bool:
    """Decide on colours: the setting first, then NO_COLOR (https://no-color.org), then the place.

    Args:
        setting: ``auto``, ``always`` or ``never``.
        environment: ``NO_COLOR`` and ``TERM`` are read.
        tty: whether the place is a terminal.
    """
    if setting != "auto":
        return setting == "always"
    if environment.get("NO_COLOR"):
        return False
    return tty and environment.get("TERM", "") not in _DUMB


def paint(text: str, role: Role, *, color: bool) -> str:
    """Return sanitised text in the colour of its role."""
    return f"\x1b[{role.value}m{text}{_RESET}" if color and text else text


_COMMON: Final = {
    "prompt.production": "bold #ffffff bg:#aa0000",
    "continuation": "#888888",
    "auto-suggestion": "#888888",
    "bottom-toolbar": "noreverse #888888",
    "bottom-toolbar.text": "",
    "bottom-toolbar.hint": "",
    "bottom-toolbar.argument": "bold underline",
    "pygments.error": "underline",
    "completion-menu.matched": "bold underline",
    "matching-bracket.cursor": "bold",
    "matching-bracket.other": "bold",
}
_DARK: Final = {
    **_COMMON,
    "prompt": "ansibrightcyan",
    "pygments.keyword": "ansibrightblue",
    "pygments.keyword.type": "ansicyan",
    "pygments.keyword.constant": "ansimagenta",
    "pygments.keyword.pseudo": "ansibrightmagenta",
    "pygments.name.function": "ansiyellow",
    "pygments.name.variable": "ansibrightmagenta",
    "pygments.literal.string": "ansigreen",
    "pygments.literal.number": "ansibrightmagenta",
    "pygments.comment": "#888888",
    "pygments.operator.word": "ansibrightblue",
    "pygments.error": "ansibrightred underline",
}
_LIGHT: Final = {
    **_COMMON,
    "prompt": "ansiblue",
    "pygments.keyword": "ansiblue",
    "pygments.keyword.type": "ansicyan",
    "pygments.keyword.constant": "ansimagenta",
    "pygments.keyword.pseudo": "ansimagenta",
    "pygments.name.function": "#775500",
    "pygments.name.variable": "ansimagenta",
    "pygments.literal.string": "#006600",
    "pygments.literal.number": "ansimagenta",
    "pygments.comment": "#666666",
    "pygments.operator.word": "ansiblue",
    "pygments.error": "ansired underline",
}
_PLAIN: Final = {
    "prompt.production": "reverse bold",
    "bottom-toolbar": "noreverse",
    "bottom-toolbar.argument": "bold underline",
    "completion-menu.matched": "bold underline",
    "pygments.error": "underline",
}
THEMES: Final[Mapping[str, Mapping[str, str]]] = {
    "default": _DARK,
    "dark": _DARK,
    "light": _LIGHT,
    "none": _PLAIN,
}


@cache
def style_of(theme: str, *, color: bool) -> BaseStyle:
    """Return the terminal library's style; an unknown theme is the default one."""
    from prompt_toolkit.styles import Style

    rules = THEMES.get(theme, _DARK) if color else _PLAIN
    return Style.from_dict(dict(rules))
