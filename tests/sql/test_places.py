"""Places for values: found outside of quotes and comments alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from athena_shell.sql.places import filled, highest_place, question_marks

TEXT = "SELECT $2, '$1?', \"a$3?\" /* $4 ? */ -- $5 ?\n, $10, ?, a$b, $x"


def test_what_is_a_place() -> None:
    assert question_marks(TEXT) == 1
    assert highest_place(TEXT) == 10
    assert highest_place("SELECT $0, $1.5") == 0


@given(st.lists(st.text().map(lambda text: "'" + text.replace("'", "''") + "'"), min_size=1))
def test_a_literal_is_never_looked_at_again(literals: list[str]) -> None:
    text = ", ".join(f"${number + 1}" for number in range(len(literals)))
    assert filled(text, literals) == ", ".join(literals)


@given(st.text(alphabet="$?1a'\"`-/* \n"))
def test_a_text_without_places_stays(text: str) -> None:
    if not highest_place(text):
        assert filled(text, ()) == text
