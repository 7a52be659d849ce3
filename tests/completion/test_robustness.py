"""Whatever is in the buffer: completion answers, and what it inserts stands where it may.

``ATHENA_SHELL_FUZZ`` sets the number of texts, each asked at every place; the default is the share
of every run. ``ATHENA_SHELL_FUZZ_SEED`` lets another process ask other texts.
"""

from __future__ import annotations

import os
import random

import pytest

from athena_shell.completion.candidates import suggest
from athena_shell.completion.hint import signature_hint
from athena_shell.completion.nearest import did_you_mean
from athena_shell.completion.sources import NameSource
from athena_shell.core.session import Session
from athena_shell.sql.tokens import Kind, is_name, scan

PARTS = (
    *("select ", "from ", "where ", "orders ", "o", " ", "\n", ";", "'", '"', "`", "--", "/*"),
    *("*/", "(", ")", "[", "]", ".", ",", "*", "=", "as ", "with ", "join ", "on ", "using "),
    *("group by ", "order by ", "union ", "in ", "\\d ", "\\", "\\g", ":", ":v", "unnest "),
    *("customers ", "address", "dt", "create table t ", "drop table ", "alter table orders "),
    *("drop ", "explain ", "insert ", "into ", "2024", "é", "cast", "lateral ", "values ", "for "),
    *("merge into ", "extract", "over ", "between ", "case ", "when ", "partition ", "date_trunc("),
    *("tblproperties ", "format ", "unload ", "é", "日", "\\h ", "\\i ", "execute ", "items"),
)
TEXTS = int(os.environ.get("ATHENA_SHELL_FUZZ", "250"))
SEED = int(os.environ.get("ATHENA_SHELL_FUZZ_SEED", "1"))
MOST_PARTS = 14
NAMED = {"table", "view", "database", "catalog", "column", "cte", "alias", "field"}
MET_BEFORE = (
    "select * from (select count( from orders o where o.",
    "with with with as as as ( ( (",
    "group by ",
    "select group by ",
    "select group by (",
)


def ask_everywhere(text: str, session: Session, names: NameSource) -> int:
    """Complete at each place of a text and return how many there are."""
    for cursor in range(len(text) + 1):
        for suggestion in suggest(text, cursor, session=session, names=names):
            assert 0 <= suggestion.start <= cursor, (text, cursor, suggestion)
            assert suggestion.text, (text, cursor, suggestion)
            shown = suggestion.display or suggestion.text
            assert all(0 <= place < len(shown) for place in suggestion.matched), (text, cursor)
            if suggestion.kind in NAMED:
                whole = suggestion.text + text[cursor : cursor + 1]
                (token, *_) = scan(whole)
                assert is_name(token), (text, cursor, suggestion)
                assert token.kind is not Kind.UNTERMINATED, (text, cursor, suggestion)
        signature_hint(text, cursor)
    did_you_mean("line 1:1: Column 'x' cannot be resolved", text, session, names.snapshot())
    return len(text) + 1


@pytest.mark.parametrize("text", MET_BEFORE)
def test_places_met_before(session_names: tuple[Session, NameSource], text: str) -> None:
    ask_everywhere(text, *session_names)


def test_every_place_of_any_text_is_answered(session_names: tuple[Session, NameSource]) -> None:
    chance = random.Random(SEED)  # noqa: S311 - inputs that can be had again, not secrets
    places = 0
    for count in range(TEXTS):
        text = "".join(chance.choices(PARTS, k=chance.randrange(MOST_PARTS + 1)))
        places += ask_everywhere(text, *session_names)
        if count % 5000 == 4999:
            print(f"{count + 1} texts, {places} places", flush=True)
    print(f"{TEXTS} texts, {places} places")
