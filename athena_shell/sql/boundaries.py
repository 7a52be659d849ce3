r"""Where statements and command lines end in a text that may still grow.

Works on indices alone and keeps its place, so that a text costs the same whether it comes whole or
by keystroke; :mod:`athena_shell.sql.splitter` documents the rules and makes pieces of what is
found here.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from athena_shell.core.model import Terminator
from athena_shell.sql.leading import lead_start
from athena_shell.sql.rules import (
    COMMENTED,
    ESCAPED_QUOTE,
    QUOTES,
    RUN,
    WHOLE_BLANKS,
    WHOLE_STATEMENT,
)

ENDING_COMMANDS: Final = frozenset({
    "analyze", "background", "bg", "chart", "check", "crosstabview", "estimate", "explain",
    "export", "fmt", "g", "gdesc", "gexec", "go", "gset", "gx", "keep", "local", "ns", "save",
    "sns", "watch",
})  # fmt: skip
"""Commands that end the statement before them and decide what becomes of it."""

BUFFER_COMMANDS: Final = frozenset({"p", "r", "e", "?", "print", "reset", "edit", "bind"})
"""Commands that look at the statement before them without running it, wherever they stand."""

DROPPING_COMMANDS: Final = frozenset({"r", "reset"})
"""Buffer commands that drop the statement."""

_TERMINATORS: Final = {"G": Terminator.VERTICAL, ";": Terminator.SEMICOLON}
_COMMAND: Final = re.compile(r"\\([A-Za-z]+|[?!;]|\Z)")
_NOTHING: Final = -1
_ENDING: Final = rf"\\(?:{'|'.join(sorted(ENDING_COMMANDS))})\b"
_FOLLOWED: Final = re.compile(
    rf"""\\bind\b(?:[^'"\\]|'(?:[^']|'')*'|"[^"]*"|(?!{_ENDING})\\)*(?={_ENDING})"""
)
r"""A command that another one may follow on its line: ``\bind 7 \g``, as in psql."""
_SEMICOLON: Final = Terminator.SEMICOLON
_SHORT_GAP: Final = 2  # no comment is as short


class Boundary(NamedTuple):
    """One piece by its indices.

    ``start`` and ``end`` enclose the statement's tokens, and the comments in front of them that
    belong to it (:mod:`athena_shell.sql.leading`); they are equal when there is none;
    ``command_start`` and ``command_end`` enclose the command and are equal when there is none;
    ``following`` is where the next piece may start. With ``keeps`` the statement goes on.
    """

    start: int
    end: int
    terminator: Terminator
    command_start: int
    command_end: int
    following: int
    command: str = ""
    keeps: bool = False

    @property
    def is_command(self) -> bool:
        """Whether there is a command in it."""
        return self.command_start != self.command_end


class Boundaries:
    """A text and how far it has been understood."""

    def __init__(self, text: str = "", *, commands: bool = True, start: int = 0) -> None:
        self.text = text
        self.cut = start
        self._commands = commands
        self._follows = start > 0
        self._restart()

    def _restart(self) -> None:
        self._index = self.cut
        self._mode = ""
        self._opened = _NOTHING
        self._first = _NOTHING

    def append(self, text: str) -> None:
        """Add text at the end; what lies before the cut is forgotten, so indices change."""
        if self.cut:
            self._index -= self.cut
            self._opened -= self.cut
            if self._first != _NOTHING:
                self._first -= self.cut
            self.text, self.cut = self.text[self.cut :], 0
        # A local name alone holds the text while it grows, so that it grows in place.
        grown, self.text = self.text, ""
        grown += text
        self.text = grown

    def next(self, *, ended: bool) -> Boundary | None:
        """Return the next piece, or ``None`` when the text must go on first.

        Args:
            ended: whether the end of the text counts as the end of a line.
        """
        if self._index == self.cut and (found := self._whole()) is not None:
            return found
        while self._index < len(self.text):
            step = self._enclosed() if self._mode else self._plain(ended=ended)
            if isinstance(step, Boundary):
                return step
            if not step:
                break
        return None

    def rest(self) -> Boundary | None:
        """Return the unterminated statement after the last piece, if there is one."""
        start, end = self._first, len(self.text)
        if self._mode and self._mode not in QUOTES:
            end = self._opened
        begin, self.cut = self.cut, len(self.text)
        inside = self._mode in QUOTES and self._mode != ""
        self._restart()
        if start == _NOTHING:
            return None
        end = len(self.text.rstrip()) if inside else _last_token_end(self.text, start, end)
        lead = lead_start(self.text, begin, start, end, follows=self._follows)
        return Boundary(lead, end, Terminator.END, end, end, self.cut)

    def _whole(self) -> Boundary | None:
        """Match a whole plain statement at once: the fast way for most texts."""
        text, cut = self.text, self.cut
        while (match := WHOLE_STATEMENT.match(text, cut)) is not None:
            start, end = match.span(1)
            following = match.end()
            if start < end:
                end = _last_token_end(text, start, end)
                if start - cut > _SHORT_GAP:
                    start = self._lead(start, end)
                self._follows = True
                # At the start of a statement there is no other state to reset.
                self.cut = self._index = following
                return Boundary(start, end, _SEMICOLON, end, end, following)
            self.cut = self._index = cut = following
            self._follows = True
        return None

    def _lead(self, first: int, end: int) -> int:
        return lead_start(self.text, self.cut, first, end, follows=self._follows)

    def _close(self, found: Boundary) -> Boundary:
        self.cut = found.following
        self._follows = True
        self._restart()
        return found

    def _end(self) -> int:
        """Return where the last token before the scanning place ends."""
        return _last_token_end(self.text, self._first, self._index)

    def _enclosed(self) -> bool:
        """Go on inside a literal or a comment; false when its end has not come yet."""
        close = {"--": "\n", "/*": "*/"}.get(self._mode, self._mode)
        found = self.text.find(close, self._index)
        if found < 0:
            star = close == "*/" and self.text.endswith("*")
            self._index = max(self._index, len(self.text) - star)
            return False
        self._index = found + len(close)
        self._mode = ""
        return True

    def _plain(self, *, ended: bool) -> Boundary | bool:
        """Go on in plain text to what ends it; false when more text must come."""
        if self._first == _NOTHING:
            self._index = _end_of(WHOLE_BLANKS, self.text, self._index)
        run_end = _end_of(RUN, self.text, self._index)
        if run_end > self._index:
            self._begin()
            self._index = run_end
        if self._index == len(self.text):
            return False
        special = self.text[self._index]
        if special == ";":
            return self._semicolon(ended=ended)
        if special == "\\":
            return self._backslash(ended=ended)
        return self._opening(special, ended=ended)

    def _begin(self) -> None:
        """Note that a token stands at the scanning place."""
        if self._first == _NOTHING:
            self._first = self._index

    def _opening(self, special: str, *, ended: bool) -> bool:
        pair = self.text[self._index : self._index + 2]
        if pair in {"--", "/*"}:
            self._mode, self._opened = pair, self._index
            self._index += 2
            return True
        if special == '"' and (found := self._escaped_quote(ended=ended)) is not None:
            return found
        if special in QUOTES:
            self._mode = special
        elif not ended:
            return False
        self._begin()
        self._index += 1
        return True

    def _escaped_quote(self, *, ended: bool) -> bool | None:
        """Pass over an escaped quote; false when more text must tell, ``None`` for no such one."""
        ahead = self.text[self._index : self._index + len(ESCAPED_QUOTE) + 1]
        if not ended and ESCAPED_QUOTE.startswith(ahead):
            return False
        if not ahead.startswith(ESCAPED_QUOTE) or ahead == ESCAPED_QUOTE + '"':
            return None
        self._begin()
        self._index += len(ESCAPED_QUOTE)
        return True

    def _semicolon(self, *, ended: bool) -> Boundary | bool:
        after = self._index + 1
        if after == len(self.text) and not ended:
            return False
        terminator = Terminator.SEMICOLON
        if self.text.startswith(">", after):
            terminator, after = Terminator.BACKGROUND, after + 1
        if self._first == _NOTHING:
            self.cut = after
            self._follows = True
            self._restart()
            return self._whole() or True
        end = self._end()
        return self._close(Boundary(self._lead(self._first, end), end, terminator, end, end, after))

    def _backslash(self, *, ended: bool) -> Boundary | bool:
        if not self._commands:
            self._begin()
            self._index += 1
            return True
        if self._first == _NOTHING:
            return self._command(self._index, self._index, ended=ended)
        match = _COMMAND.match(self.text, self._index)
        if match is not None and match.end() == len(self.text) and not ended:
            return False
        name = match.group(1) if match else ""
        if match and name in _TERMINATORS:
            end = self._end()
            start = self._lead(self._first, end)
            return self._close(Boundary(start, end, _TERMINATORS[name], end, end, match.end()))
        if name in ENDING_COMMANDS or name in BUFFER_COMMANDS or (name and self._opens_line()):
            end = self._end()
            return self._command(self._lead(self._first, end), end, ended=ended, name=name)
        self._index += 1
        return True

    def _opens_line(self) -> bool:
        """Whether nothing but blanks stands before the scanning place on its line."""
        line_start = self.text.rfind("\n", self.cut, self._index)
        return line_start >= 0 and not self.text[line_start : self._index].strip()

    def _command(self, start: int, end: int, *, ended: bool, name: str = "") -> Boundary | bool:
        """Take a command to the end of its line."""
        line_end = self.text.find("\n", self._index)
        if line_end < 0:
            if not ended:
                return False
            line_end = len(self.text)
        if (followed := _FOLLOWED.match(self.text, self._index, line_end)) is not None:
            line_end = followed.end()
        command = self.text[self._index : line_end].rstrip()
        command_end = self._index + len(command)
        keeps = bool(name) and name not in ENDING_COMMANDS and name not in DROPPING_COMMANDS
        found = Boundary(
            start, end, Terminator.END, self._index, command_end, line_end, command, keeps
        )
        if not keeps:
            return self._close(found)
        blank = " " * len(command)
        self.text = self.text[: self._index] + blank + self.text[command_end:]
        self._index = line_end
        return found


def _end_of(pattern: re.Pattern[str], text: str, index: int) -> int:
    """Return where a pattern that always matches ends."""
    match = pattern.match(text, index)
    return match.end() if match else index


def _last_token_end(text: str, start: int, end: int) -> int:
    """Return where the last token of a statement ends, blanks and comments behind it left out."""
    stripped = start + len(text[start:end].rstrip()) if text[end - 1].isspace() else end
    if text[stripped - 1] != "/":
        comment = text.rfind("--", start, stripped)
        if comment < 0 or text.find("\n", comment, stripped) >= 0:
            return stripped
    last = start
    for match in COMMENTED.finditer(text, start, end):
        if between := match.group(1):
            trimmed = between.rstrip()
            if trimmed:
                last = match.start() + len(trimmed)
    return last
