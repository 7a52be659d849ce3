"""Nothing that could drive a terminal gets through the sanitiser, and nothing is lost in it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.output.sanitize import sanitize, sanitize_json
from athena_shell.output.widths import display_width

ANY_TEXT = st.text(st.characters())  # lone surrogates included


def test_every_forbidden_code_point_becomes_visible(forbidden: frozenset[str]) -> None:
    assert [character for character in forbidden if not sanitize(character).isascii()] == []
    assert [character for character in forbidden if not sanitize(character).isprintable()] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("\x1b[31mred", "^[[31mred"),
        ("\x00\x07\x7f", "^@^G^?"),
        ("a\tb\nc\r", "a\\tb\\nc\\r"),
        ("\x9b31m", "\\u{9B}31m"),
        ("user\u202ecod.exe", "user\\u{202E}cod.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u{200B}width\\u{FEFF}"),
        ("\u2028\u2029", "\\u{2028}\\u{2029}"),
        ("\ud800\udc80", "\\u{D800}\\u{DC80}"),
        ("\ufffe\U0001ffff", "\\u{FFFE}\\u{1FFFF}"),
        ("tag\U000e0041", "tag\\u{E0041}"),
        ("filler\u3164", "filler\\u{3164}"),
        ("漢字 é e\u0301 🙂 ñ", "漢字 é e\u0301 🙂 ñ"),
    ],
)
def test_substitutes_can_be_read(text: str, shown: str) -> None:
    assert sanitize(text) == shown


def test_joiners_newlines_and_tabs_are_kept_on_request() -> None:
    assert sanitize("👨\u200d👩", keep_joiners=True) == "👨\u200d👩"
    assert sanitize("👨\u200d👩") == "👨\\u{200D}👩"
    assert sanitize("a\nb\tc", keep_newlines=True) == "a\nb\\tc"
    assert sanitize("a\nb\tc", keep_newlines=True, keep_tabs=True) == "a\nb\tc"


@given(ANY_TEXT)
def test_it_is_idempotent(text: str) -> None:
    once = sanitize(text)
    assert sanitize(once) == once


@given(ANY_TEXT, st.booleans(), st.booleans(), st.booleans())
def test_only_what_was_asked_for_is_kept(
    forbidden: frozenset[str],
    text: str,
    newlines: bool,  # noqa: FBT001 - drawn by hypothesis
    tabs: bool,  # noqa: FBT001 - likewise
    joiners: bool,  # noqa: FBT001 - likewise
) -> None:
    kept = "\n" * newlines + "\t" * tabs + "\u200c\u200d" * joiners
    shown = sanitize(text, keep_newlines=newlines, keep_tabs=tabs, keep_joiners=joiners)
    assert forbidden.intersection(shown) <= set(kept)


@given(ANY_TEXT)
def test_the_width_is_that_of_the_terminal(text: str) -> None:
    shown = sanitize(text.replace("\u20e3", ""))[:30]
    screen = pyte.Screen(200, 2)
    pyte.Stream(screen).feed(shown)
    if all(ord(character) < 0x300 for character in shown):
        assert screen.cursor.x == display_width(shown)


@given(ANY_TEXT)
def test_json_stays_the_same_json(text: str) -> None:
    source = json.dumps({"key": text}, ensure_ascii=False)
    assert json.loads(sanitize_json(source)) == json.loads(source)


def test_payloads_in_json_are_escaped(payloads: Sequence[str], forbidden: frozenset[str]) -> None:
    for payload in payloads:
        shown = sanitize_json(json.dumps(payload, ensure_ascii=False))
        assert not forbidden.intersection(shown)
        assert json.loads(shown) == payload
