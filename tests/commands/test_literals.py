r"""Values typed behind a command: what each becomes in SQL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_shell.commands.arguments import words
from athena_shell.commands.literals import literals
from athena_shell.core.errors import CommandError
from athena_shell.core.words import as_word, unfinished

VARIABLES = {"n": "7", "day": "2024-05-01", "text": "it's"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("7 -1.5 +3 .5 1e-3", ("7", "-1.5", "+3", ".5", "1e-3")),
        ("true NULL False", ("true", "NULL", "False")),
        ("'007' 'null' 'true'", ("'007'", "'null'", "'true'")),
        ("'date:2024-05-01'", ("'date:2024-05-01'",)),
        ("x 'a b' 'it''s' ''", ("'x'", "'a b'", "'it''s'", "''")),
        ("a\\n 'a;b' ü", ("'a\\n'", "'a;b'", "'ü'")),
        ("٣ 1_000 0x10 7a", ("'٣'", "'1_000'", "'0x10'", "'7a'")),
        ("date:2024-05-01 DATE:'2024-5-1'", ("DATE '2024-05-01'", "DATE '2024-5-1'")),
        ("time:10:00:00.5", ("TIME '10:00:00.5'",)),
        ("timestamp:'2024-05-01 12:00'", ("TIMESTAMP '2024-05-01 12:00'",)),
        ("timestamp:2024-05-01T12:00:00Z", ("TIMESTAMP '2024-05-01 12:00:00 UTC'",)),
        (
            "timestamp:'2024-05-01 12:00:00 Europe/Paris'",
            ("TIMESTAMP '2024-05-01 12:00:00 Europe/Paris'",),
        ),
        ("decimal:1.50 decimal:-2", ("DECIMAL '1.50'", "DECIMAL '-2'")),
        (":n :'n' :text :'text'", ("7", "'7'", "'it''s'", "'it''s'")),
        ("':n'", ("':n'",)),
        ("7;", ("7",)),
        ("7 ;", ("7",)),
        ("'7;';", ("'7;'",)),
        ("", ()),
    ],
)
def test_what_a_value_becomes(typed: str, expected: tuple[str, ...]) -> None:
    assert literals(typed, VARIABLES) == expected


@pytest.mark.parametrize(
    ("typed", "message", "hint"),
    [
        (
            "date:foo",
            "“foo” is no date.",
            "Write date:2024-05-01; in quotes it is a string: 'date:foo'",
        ),
        ("date:2024-02-30", "“2024-02-30” is no date.", "Write date:2024-05-01"),
        ("date:", "“” is no date.", "Write date:2024-05-01"),
        ("time:25", "“25” is no time.", "Write time:12:30:00"),
        ("timestamp:2024-13-01", "“2024-13-01” is no timestamp.", "Write timestamp:2024-05-01T12"),
        ("decimal:1,5", "“1,5” is no decimal number.", "Write decimal:12.50"),
        (":nope", "The variable nope is not set.", "\\set nope VALUE sets it; a string that"),
        ("'open", "The quote ' is not closed.", "Close it: 'open'"),
    ],
)
def test_what_is_no_value_is_told(typed: str, message: str, hint: str) -> None:
    with pytest.raises(CommandError) as caught:
        literals(typed, VARIABLES)
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_a_name_as_a_word_reads_as_that_name(name: str) -> None:
    assert words(as_word(name)) == (name,)
    assert unfinished(as_word(name)) == name
    assert name.startswith(unfinished(as_word(name)[:-1])) or not as_word(name).startswith("'")
