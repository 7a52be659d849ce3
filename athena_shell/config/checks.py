"""Checks that several parameters and settings share: text in, normal form out, or ValueError."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Final

_TRUE: Final = frozenset({"1", "true", "on", "yes"})
_FALSE: Final = frozenset({"0", "false", "off", "no"})
_DURATION: Final = r"(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m)?\s*(?:(\d+(?:\.\d+)?)\s*s?)?"
_SIZE: Final = r"(\d+(?:\.\d+)?)\s*([kmgtp]?)(i?)b?"
_POWERS: Final = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_OFF: Final = frozenset({"", "0", "off", "none", "no"})


def parse_boolean(text: str) -> bool:
    """Read ``on``/``off``, ``true``/``false``, ``yes``/``no``, ``1``/``0``."""
    value = text.strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ValueError("on or off")


def parse_integer(text: str, low: int, high: int) -> int:
    """Read a whole number between ``low`` and ``high``, both included."""
    value = text.strip()
    if re.fullmatch(r"[+-]?[0-9]{1,18}", value) and low <= int(value) <= high:
        return int(value)
    raise ValueError(f"a whole number from {low} to {high}")


def parse_duration(text: str) -> float:
    """Read ``90``, ``90s``, ``10m``, ``1h30m``, ``2d`` or ``off`` (0) as seconds."""
    value = text.strip().lower()
    if value in _OFF:
        return 0.0
    match = re.fullmatch(_DURATION, value)
    if match is None or not any(match.groups()):
        raise ValueError("a time such as 90s, 10m or 1h30m, or off")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return days * 86_400 + hours * 3600 + minutes * 60 + seconds


def parse_command_line(text: str) -> str:
    """Read a program and its arguments, of which every quote has to be closed."""
    import shlex

    try:
        shlex.split(text)
    except ValueError:
        raise ValueError("a command whose quotes are closed") from None
    return text.strip()


def parse_size(text: str) -> int:
    """Read ``500MB``, ``10 GiB``, ``1TB``, plain bytes or ``off`` (0) as bytes.

    Letters count in powers of 1024 either way, as Athena's own limits and bills do.
    """
    value = text.strip().lower()
    if value in _OFF:
        return 0
    match = re.fullmatch(_SIZE, value)
    if match is None or (match[3] and not match[2]):
        raise ValueError("a size such as 500MB, 10GB or 1TB, or off")
    return int(float(match[1]) * 1024 ** _POWERS[match[2].lower()])


def parse_money(text: str) -> float:
    """Read ``5``, ``$2.50`` or ``off`` (0) as an amount of US dollars."""
    value = text.strip().lower().removeprefix("$").strip()
    if value in _OFF:
        return 0.0
    try:
        amount = float(value)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount) or amount < 0:
        raise ValueError("an amount such as 5 or 2.50, or off")
    return amount


def parse_consent(text: str) -> str:
    """Read an amount of US dollars or a size; return ``off``, ``2.5`` or ``1TB``."""
    with suppress(ValueError):
        return f"{amount:g}" if (amount := parse_money(text)) else "off"
    try:
        size = parse_size(text)
    except ValueError:
        raise ValueError("an amount such as 5 or 2.50, a size such as 1TB, or off") from None
    return re.sub(r"\s", "", text).upper() if size else "off"


def boolean(text: str) -> str:
    """Normalise a boolean to ``true`` or ``false``."""
    return "true" if parse_boolean(text) else "false"


def integer(low: int, high: int) -> Callable[[str], str]:
    """Return a check for a whole number from ``low`` to ``high``."""

    def check(text: str) -> str:
        return str(parse_integer(text, low, high))

    return check


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a check for one of ``choices`` in any case; gives it back as written here."""
    by_lower = {choice.lower(): choice for choice in choices}

    def check(text: str) -> str:
        try:
            return by_lower[text.strip().lower()]
        except KeyError:
            raise ValueError("one of " + ", ".join(choices)) from None

    return check


def pattern(expression: str, meaning: str) -> Callable[[str], str]:
    """Return a check for a text that matches ``expression`` whole; ``meaning`` is what is right."""

    def check(text: str) -> str:
        if re.fullmatch(expression, text) is None:
            raise ValueError(meaning)
        return text

    return check
