"""Whatever is in the buffer: completion answers, and what it inserts stands where it may."""

from __future__ import annotations

import os

from hypothesis import example, given, settings
from hypothesis import strategies as st

from athena_shell.completion.candidates import suggest
from athena_shell.completion.hint import signature_hint
from athena_shell.completion.nearest import did_you_mean
from athena_shell.completion.sources import NameSource
from athena_shell.core.session import Session
from athena_shell.sql.tokens import Kind, is_name, scan

PARTS = st.sampled_from([
    "select ", "from ", "where ", "orders ", "o", " ", "\n", ";", "'", '"', "`", "--", "/*",
    "*/", "(", ")", "[", "]", ".", ",", "*", "=", "as ", "with ", "join ", "on ", "using ",
    "group by ", "order by ", "union ", "in ", "\\d ", "\\", "\\g", ":", ":v", "unnest ",
    "customers ", "address", "dt", "create table t ", "drop table ", "alter table orders ",
    "drop ", "explain ", "insert ", "into ", "2024", "é", "cast", "lateral ", "values ", "for ",
    "merge into ", "extract", "over ", "between ", "case ", "when ", "partition ",
    "tblproperties ", "format ", "unload ", "é", "日",
])  # fmt: skip
TEXTS = st.lists(PARTS, max_size=14).map("".join)
EXAMPLES = int(os.environ.get("ATHENA_SHELL_FUZZ", "200"))
NAMED = {"table", "view", "database", "catalog", "column", "cte", "alias", "field"}


@settings(max_examples=EXAMPLES, deadline=None)
@given(TEXTS)
@example("select * from (select count( from orders o where o.")
@example("with with with as as as ( ( (")
@example("group by ")
@example("select group by ")
@example("select group by (")
def test_every_place_of_any_text_is_answered(
    session_names: tuple[Session, NameSource], text: str
) -> None:
    session, names = session_names
    for cursor in range(len(text) + 1):
        for suggestion in suggest(text, cursor, session=session, names=names):
            assert 0 <= suggestion.start <= cursor
            assert suggestion.text
            shown = suggestion.display or suggestion.text
            assert all(0 <= place < len(shown) for place in suggestion.matched)
            if suggestion.kind in NAMED:
                whole = suggestion.text + text[cursor : cursor + 1]
                (token, *_) = scan(whole)
                assert is_name(token)
                assert token.kind is not Kind.UNTERMINATED
        signature_hint(text, cursor)
        did_you_mean("line 1:1: Column 'x' cannot be resolved", text, session, names.snapshot())
