"""Layout changes blanks alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.core.errors import CommandError
from athena_shell.sql.formatting import format_text
from athena_shell.sql.tokens import Kind, scan

GOLDEN = Path(__file__).parent / "formatting"
PARTS = st.sampled_from([
    "select ", "from ", "t ", "a", " ", "\n", ";", "'x' ", '"q"', "-- c\n", "/* d */", "(", ")",
    "[", "]", ".", ",", "*", "=", "-", "1 ", ".5 ", "and ", "between ", "join ", "left ", "with ",
    "as ", "case ", "when ", "end ", "create table ", "row ", "\\d x\n", "\\g", "<", ">", "||",
])  # fmt: skip


def tokens(text: str) -> list[str]:
    return [token.word or token.text for token in scan(text) if token.kind is not Kind.SPACE]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.in.sql")), ids=lambda path: path.stem)
def test_golden_layouts(path: Path) -> None:
    expected = path.with_name(path.name.replace(".in.", ".out.")).read_text("utf-8")
    assert format_text(path.read_text("utf-8")) == expected


@given(st.lists(PARTS, max_size=20).map("".join))
def test_tokens_stay_and_a_second_time_changes_nothing(text: str) -> None:
    try:
        once = format_text(text)
    except CommandError:
        return
    assert tokens(once) == tokens(text)
    assert format_text(once) == once


@pytest.mark.parametrize("text", ["select 'a", "select (1", "select 1)", 'select "a'])
def test_what_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="not closed"):
        format_text(text)
