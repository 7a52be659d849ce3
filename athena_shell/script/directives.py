r"""What a comment before a statement says about it: ``-- @timeout 10m``.

::

    -- @name daily
    -- @timeout 10m
    -- @scan 50GB
    SELECT …
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from athena_shell.config.checks import parse_duration, parse_size
from athena_shell.config.settings import Settings
from athena_shell.core.errors import ScriptError
from athena_shell.core.model import Position, Statement
from athena_shell.core.records import dataclass
from athena_shell.sql.rules import LEADING
from athena_shell.sql.variables import place_in

_LINE: Final = re.compile(r"^[ \t]*--[ \t]*@(?P<key>[\w-]*)[ \t]*(?P<value>[^\r\n]*)", re.MULTILINE)
# It becomes part of a file's name: none that is hidden, none that is another directory.
_NAME: Final = re.compile(r"\w[\w.-]{0,63}")
_KNOWN: Final = ("name", "timeout", "scan")


@dataclass(frozen=True)
class Directives:
    """A statement's own name and limits; 0 is no limit of its own."""

    name: str = ""
    timeout: float = 0.0
    scan: int = 0

    def applied(self, settings: Settings) -> Settings:
        """Return the settings for the statement; a limit that holds already is only lowered."""
        return replace(
            settings,
            timeout=_lower(settings.timeout, self.timeout),
            max_scan_per_query=int(_lower(settings.max_scan_per_query, self.scan)),
        )


def directives_in(text: str, source: str, start: Position) -> Directives:
    """Read the directives of the blanks and comments before a statement.

    Args:
        text: those blanks and comments.
        source: the script's name, for errors.
        start: where the text starts in it.

    Raises ScriptError naming the place of an unknown directive or a bad value.
    """
    found = Directives()
    # What stands behind a statement on its own line is no directive of the next one.
    whole = 0 if start.column == 1 else text.find("\n") + 1 or len(text)
    for match in _LINE.finditer(text, whole):
        key, value = match["key"].lower(), match["value"].strip()
        try:
            found = _with(found, key, value)
        except ValueError as error:
            place = place_in(text, match.start("key") - 1, start)
            raise ScriptError(
                f"“@{key} {value[:40]}” is no directive.".replace(" ”", "”"),
                f"It must be {error}.",
                source=source,
                line=place.line,
                column=place.column,
            ) from None
    return found


def behind_comments(statement: Statement) -> Position:
    """Return the place of a statement's first token, behind the comments that belong to it."""
    match = LEADING.match(statement.text)
    return place_in(statement.text, match.end() if match else 0, statement.start)


def _with(directives: Directives, key: str, value: str) -> Directives:
    if key == "name":
        if _NAME.fullmatch(value) is None:
            raise ValueError(
                "@name and up to 64 letters, digits, dots, hyphens and underscores, no dot or"
                " hyphen first"
            )
        return replace(directives, name=value)
    if key == "timeout":
        return replace(directives, timeout=parse_duration(value))
    if key == "scan":
        return replace(directives, scan=parse_size(value))
    raise ValueError("one of " + ", ".join(f"@{known}" for known in _KNOWN))


def _lower(limit: float, own: float) -> float:
    return min(limit, own) if limit and own else limit or own
