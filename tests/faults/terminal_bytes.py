r"""What a terminal was sent: everything in it is text or one of the program's own sequences.

The hostile texts below hold sequences that the program never sends itself, so each that comes
through shows as a stray escape or as a control character of its own.
"""

from __future__ import annotations

import re
import unicodedata

HOSTILE = (
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1b]0;pwned\x07",
    "\x1b[66;66m\x1b[99;99Hpwned",
    "\x9b66mC1",
    "\x07\x08\x0c\x0e\x7f",
    "user\u202ecod.exe\u2066",
    "zero\u200bwidth\ufeff\u2028",
    "\x1bPq#0\x1b\\",
    "\x1b_Gpwned\x1b\\",
)

_OURS = re.compile(
    r"\x1b\[\?[0-9;]*[hl]"  # modes: cursor, paste, alternate screen
    r"|\x1b\[(?:[0-9]{0,3};)*[0-9]{0,3}[ABCDGHJKmnr]"  # movement, erasing, colours, cursor report
    r"|\x1b\]2;athena-shell [^\x00-\x1f\x7f-\x9f]*\x07|\x1b\]2;\x07"  # the window's title
    r"|\x1b\[2[23];2t"  # the window's own title kept and given back
    r"|\x1b[=>78]|\x1b\(B"
)
_STRANGE = re.compile(r"\x1b\[(?:66;66m|99;99H)")
_MOTION = frozenset("\r\n\b\t")


def unsafe(text: str) -> list[str]:
    """Return what a terminal should not have been sent, with a little of what is around it."""
    found = [repr(match.group()) for match in _STRANGE.finditer(text)]
    rest = _OURS.sub("", text)
    for place, character in enumerate(rest):
        if character.isascii() and (character.isprintable() or character in _MOTION):
            continue
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn"}:
            found.append(repr(rest[max(place - 10, 0) : place + 20]))
    return found
