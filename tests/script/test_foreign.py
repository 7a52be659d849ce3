"""What is no SQL is known by its first word."""

from __future__ import annotations

import pytest

from athena_shell.core.errors import CommandError
from athena_shell.script.foreign import foreign_word, refuse_foreign
from athena_shell.sql.statement import VERBS


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (".tables", ".tables"),
        (" .MODE csv\nSELECT 1", ".MODE"),
        ("-- by hand\nsource f.sql", "source"),
        ("Source f.sql", "Source"),
        ("? ", "?"),
        ("help", "help"),
        (".whatever", ".whatever"),
        (".5", ""),
        ("?x", ""),
        ("SELECT source", ""),
        ("reads", ""),
        ("'.tables", ""),
        ("-- .tables", ""),
        ("", ""),
        *((f"{verb} x", "") for verb in sorted(VERBS)),
    ],
)
def test_what_is_no_sql_is_known_by_its_first_word(text: str, word: str) -> None:
    assert foreign_word(text) == word


def test_a_foreign_word_is_refused_with_the_command_here() -> None:
    with pytest.raises(CommandError) as caught:
        refuse_foreign(".Timer on")
    assert caught.value.message == (
        "“.Timer” is no statement: commands begin with a backslash here."
    )
    assert caught.value.hint == r"\timing turns the line after results on or off."
    with pytest.raises(CommandError) as caught:
        refuse_foreign(".whatever")
    assert caught.value.hint == r"\? lists the commands."
    refuse_foreign("SELECT 1")
