"""Places for values in a statement: ``?``, and ``$1``, ``$2`` … of a saved one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from athena_shell.core.counting import counted
from athena_shell.core.errors import CommandError
from athena_shell.sql.statement import classify
from athena_shell.sql.tokens import Kind, scan


def question_marks(text: str) -> int:
    """Return how many ``?`` of a statement stand for values."""
    return sum(token.kind is Kind.PARAMETER for token in scan(text))


def require_places(text: str, values: Sequence[str]) -> None:
    """Make sure that values that were bound have their places; raises CommandError."""
    places = question_marks(text)
    # EXECUTE takes values for the ? of the statement that was prepared.
    if values and places != len(values) and classify(text).verb != "EXECUTE":
        raise CommandError(
            f"The statement has {places or 'no'} ?, and \\bind gave"
            f" {counted(len(values), 'value')}.",
            "Bind as many values as there are ?, or none with \\bind alone. Nothing was sent.",
        )


def highest_place(text: str) -> int:
    """Return the highest number behind a ``$``, 0 when there is none."""
    return max((number for _, _, number in _numbered(text)), default=0)


def filled(text: str, literals: Sequence[str]) -> str:
    """Return the text with each ``$1``, ``$2`` … replaced by a literal.

    Nothing is replaced inside strings, quoted names and comments. ``literals`` are SQL, quoted
    already, and there must be as many as ``highest_place`` says.
    """
    parts: list[str] = []
    done = 0
    for start, end, number in _numbered(text):
        parts += (text[done:start], literals[number - 1])
        done = end
    return "".join([*parts, text[done:]])


def _numbered(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and number of each place."""
    before = None
    for token in scan(text):
        if before is not None and token.kind is Kind.NUMBER and token.text.isdecimal():
            number = int(token.text)
            if before.text == "$" and number:
                yield before.start, token.end, number
        before = token
