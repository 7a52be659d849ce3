r"""The last filter before a terminal: what could drive it becomes visible text.

Control characters turn into caret notation (``^[``), everything else that is invisible or changes
the reading order into ``\u{202E}``. Nothing is deleted, so two different values stay different to
the eye, and the result has a width that can be computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

_FORMAT: Final = (  # general category Cf, joiners left out, unassigned neighbours included
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_BLANK_LETTERS: Final = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\uffa0"
_LINE_SEPARATORS: Final = "\u2028\u2029"
_SURROGATES: Final = "\ud800-\udfff"
_NON_CHARACTERS: Final = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17)
)
_JOINERS: Final = "\u200c\u200d"
_ALWAYS: Final = _FORMAT + _BLANK_LETTERS + _LINE_SEPARATORS + _SURROGATES + _NON_CHARACTERS

_SHORT: Final = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\x7f": "^?"}
_LAST_C0: Final = 0x1F


def visible(character: str) -> str:
    r"""Return the visible substitute of one character: ``\n``, ``^[`` or ``\u{202E}``."""
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    return f"^{chr(code + 0x40)}" if code <= _LAST_C0 else f"\\u{{{code:X}}}"


@cache
def _pattern(kept: str) -> re.Pattern[str]:
    controls = "".join(f"\\x{code:02x}" for code in range(0xA0) if _is_control(code, kept))
    joiners = "" if _JOINERS[0] in kept else _JOINERS
    return re.compile(f"[{controls}{_ALWAYS}{joiners}]")


def _is_control(code: int, kept: str) -> bool:
    return chr(code) not in kept and (code <= _LAST_C0 or code >= 0x7F)  # noqa: PLR2004 - DEL


def _substitute(match: re.Match[str]) -> str:
    return visible(match.group())


def sanitize(
    text: str,
    *,
    keep_newlines: bool = False,
    keep_tabs: bool = False,
    keep_joiners: bool = False,
) -> str:
    r"""Return the text with everything that could drive a terminal made visible.

    Idempotent: sanitising twice changes nothing more.

    Args:
        text: anything, lone surrogates included.
        keep_newlines: leave ``\n`` as it is.
        keep_tabs: leave ``\t`` as it is.
        keep_joiners: leave U+200C and U+200D, which emoji and some scripts need.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = "\n" * keep_newlines + "\t" * keep_tabs + _JOINERS * keep_joiners
    return _pattern(kept).sub(_substitute, text)


def json_escape(character: str) -> str:
    r"""Return a character as JSON escapes, such as ``\u202e`` or a surrogate pair."""
    code = ord(character)
    if code <= 0xFFFF:  # noqa: PLR2004 - the end of the basic plane
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 | code >> 10:04x}\\u{0xDC00 | code & 0x3FF:04x}"


def sanitize_json(text: str, *, keep_joiners: bool = False) -> str:
    """Return JSON text that is safe to show and still parses to the same value."""
    if text.isascii() and text.isprintable():
        return text
    kept = "\n" + _JOINERS * keep_joiners
    return _pattern(kept).sub(lambda match: json_escape(match.group()), text)


def sanitizer(*, keep_joiners: bool) -> Callable[[str], str]:
    """Return the one-line sanitiser of table cells and names, bound to the user's wish."""
    if keep_joiners:
        return lambda text: sanitize(text, keep_joiners=True)
    return sanitize
