"""Colour for typed SQL, line by line: an edit costs what it changes."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles.pygments import pygments_token_to_classname

from athena_shell.sql.lines import LineLexer


class SqlColors(Lexer):
    """The incremental lexer behind the terminal library's interface."""

    def __init__(self) -> None:
        self._lines = LineLexer()

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """Return what gives a line's pieces with their style classes."""
        line = self._lines.lex(document.lines)

        def styled(number: int) -> StyleAndTextTuples:
            return [
                (f"class:{pygments_token_to_classname(kind)}", text) for kind, text in line(number)
            ]

        return styled
