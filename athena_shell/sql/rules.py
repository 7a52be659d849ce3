r"""The lexical rules of Athena SQL as regular expression text: one set for splitter and lexer.

Athena's texts are Trino's (https://trino.io/docs/current/language.html) plus the backticks of Hive
DDL: comments are ``-- …`` to the end of the line and ``/* … */`` without nesting, a quote inside
a literal is doubled, and a backslash escapes nothing. One exception: ``"\""`` is a whole literal,
as people write Hive's ``"quoteChar" = "\""``; no name in Athena begins so.

Every repetition is possessive, so that no input makes the engine go back.
"""

from __future__ import annotations

import re
from typing import Final

QUOTES: Final = "'\"`"

STRING: Final = r"'[^']*+'"
ESCAPED_QUOTE: Final = r'"\""'
"""A double quote as a text in Hive's DDL."""

QUOTED_NAME: Final = r'"(?:\\""(?!")|[^"]*+")'
BACKTICK_NAME: Final = r"`[^`]*+`"
LINE_COMMENT: Final = r"--[^\n]*+"
BLOCK_COMMENT: Final = r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"

BLANKS: Final = rf"(?:\s++|{LINE_COMMENT}(?:\n|\Z)|{BLOCK_COMMENT})*+"
"""White space and whole comments."""

_PLAIN: Final = r"""[^;'"`\\/-]*+"""
_ENCLOSED: Final = (
    rf"{STRING}|{QUOTED_NAME}|{BACKTICK_NAME}|{LINE_COMMENT}\n|{BLOCK_COMMENT}|-(?!-)|/(?!\*)"
)
_DECIDED: Final = (
    _ENCLOSED.replace("(?!-)", r"(?!-|\Z)")
    .replace(r"(?!\*)", r"(?!\*|\Z)", 1)
    .replace(QUOTED_NAME, r'"(?:\\""(?!"|\Z)|(?!\\""?\Z)[^"]*+")')
)

WHOLE_STATEMENT: Final = re.compile(rf"{BLANKS}({_PLAIN}(?:(?:{_ENCLOSED}){_PLAIN})*+);(?=[^>])")
"""A statement in one match: leading blanks, its body, ``;``; no backslash outside literals."""

RUN: Final = re.compile(rf"{_PLAIN}(?:(?:{_DECIDED}){_PLAIN})*+")
"""As much of a statement as is complete, whatever may follow in the text."""

LEADING: Final = re.compile(BLANKS)

WHOLE_BLANKS: Final = re.compile(rf"(?:\s++|{LINE_COMMENT}\n|{BLOCK_COMMENT})*+")
"""White space and comments that are over, whatever may follow in the text."""

COMMENTED: Final = re.compile(
    rf"((?:[^'\"`/-]++|{STRING}|{QUOTED_NAME}|{BACKTICK_NAME}|-(?!-)|/(?!\*)|['\"`])++)"
    rf"|{LINE_COMMENT}|{BLOCK_COMMENT}|/\*"
)
"""Comments, and in a group what stands between them."""
