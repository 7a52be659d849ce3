"""Any text at all: the splitter, the lexer and the error mapper answer, and agree with themselves.

``ATHENA_SHELL_FUZZ`` sets the number of inputs for each; the default is the share of every run.
"""

from __future__ import annotations

import os
import random

import pytest

from athena_shell.core.errors import AthenaShellError
from athena_shell.sql.advice import advise
from athena_shell.sql.formatting import format_text
from athena_shell.sql.lexer import AthenaLexer
from athena_shell.sql.pointing import point
from athena_shell.sql.splitter import Splitter, is_complete, split, statement_at
from athena_shell.sql.statement import classify, use_target
from athena_shell.sql.tokens import scan
from athena_shell.sql.variables import substitute

INPUTS = int(os.environ.get("ATHENA_SHELL_FUZZ", "3000"))
PARTS = (
    *"abxXuU01._'\"`;>/*-\\()[]{}?:,=<|&$@#%!+~^ \n\t\r\x00é日\u202e\ud800",
    *("--", "/*", "*/", "''", "\\g", "\\G", "\\;", "\\p", "\\r", "\\d", ":a", ":'a'", "x'"),
    *("U&'", "1e5", '"\\""', '"\\"'),
    *("select ", "with ", "use ", "drop table ", "insert into ", "explain ", "line 1:2", "0x"),
)


def texts(seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - inputs that can be had again, not secrets
    return ["".join(chance.choices(PARTS, k=chance.randrange(30))) for _ in range(INPUTS // 10)]


@pytest.mark.parametrize("seed", range(10))
def test_splitter(seed: int) -> None:
    for text in texts(seed):
        whole = split(text, final=True).pieces
        splitter = Splitter()
        fed = [piece for letter in text for piece in splitter.feed(letter)]
        assert (*fed, *splitter.finish()) == whole
        is_complete(text)
        for offset in range(0, len(text) + 1, 5):
            start, end = statement_at(text, offset)
            assert 0 <= start <= offset <= end <= len(text)


@pytest.mark.parametrize("seed", range(10, 20))
def test_lexer(seed: int) -> None:
    for text in texts(seed):
        assert "".join(token.text for token in scan(text)) == text
        found = list(AthenaLexer().get_tokens_unprocessed(text))
        assert "".join(part for _, _, part in found) == text
        classify(text)
        use_target(text)
        try:
            formatted = format_text(text)
        except AthenaShellError:
            continue
        assert formatted.split() != [] or not text.split()


@pytest.mark.parametrize("seed", range(20, 30))
def test_error_mapper(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - inputs that can be had again, not secrets
    for text in texts(seed):
        try:
            sent = substitute(text, {"a": "x\ny'"})
        except AthenaShellError:
            continue
        message = f"line {chance.randrange(9)}:{chance.randrange(40)}: {text}"
        advise(message)
        pointer = point(message, sent, text)
        if pointer is not None:
            assert 0 <= pointer.start <= pointer.end <= len(pointer.text)
            pointer.draw()
