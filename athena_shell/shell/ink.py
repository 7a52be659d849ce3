"""The colours of code outside the prompt, as SGR parameters."""

from __future__ import annotations

from bisect import bisect
from functools import cache
from typing import Final

from athena_shell.shell.theme import THEMES

_NAMES: Final = (
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "gray",
    "brightblack", "brightred", "brightgreen", "brightyellow", "brightblue", "brightmagenta",
    "brightcyan", "white",
)  # fmt: skip
_BRIGHT: Final = 8
# Between these lie the six levels of the 256-colour cube: 0, 95, 135, 175, 215 and 255.
_LEVELS: Final = (48, 115, 155, 195, 235)


def inked(line: str, theme: str) -> list[str]:
    """Return the SGR parameters of each letter of a line of SQL; nothing for plain ones.

    What has no partner on its line may have one on another, so that nothing is called an error.
    """
    from athena_shell.sql.lexer import AthenaLexer

    inks: list[str] = []
    for _, kind, part in AthenaLexer().get_tokens_unprocessed(line):
        inks += [_sgr(str(kind).removeprefix("Token.").lower(), theme)] * len(part)
    return inks


@cache
def _sgr(kind: str, theme: str) -> str:
    """Return the parameters for a colour class such as ``keyword.type``, its parents asked too."""
    rules = THEMES.get(theme, THEMES["default"])
    while kind and kind != "error":
        if (rule := rules.get(f"pygments.{kind}")) is not None:
            return ";".join(filter(None, map(_parameter, rule.split())))
        kind = kind.rpartition(".")[0]
    return ""


def _parameter(word: str) -> str:
    if word.startswith("#"):
        red, green, blue = (bisect(_LEVELS, int(word[at : at + 2], 16)) for at in (1, 3, 5))
        return f"38;5;{16 + 36 * red + 6 * green + blue}"
    name = word.removeprefix("ansi")
    if name not in _NAMES:
        return ""
    number = _NAMES.index(name)
    return str(30 + number if number < _BRIGHT else 90 + number - _BRIGHT)
