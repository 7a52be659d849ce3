"""How Athena's statements and clauses are written, from the shipped ``syntax.txt``.

The file's head names the sources of its facts.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Final

from athena_shell.core.records import dataclass

_SUBJECT: Final = "# "
_ENTRY: Final = "== "
_EXAMPLE: Final = "\n--\n"
_NEAREST: Final = 3


@dataclass(frozen=True)
class Syntax:
    """One statement or clause.

    Attributes:
        names: how it is called, in capitals; the first is its title.
        subject: the heading it is listed under.
        purpose: what it is for, in a sentence or two.
        diagram: how it is written, in lines.
        example: a statement that works.
    """

    names: tuple[str, ...]
    subject: str
    purpose: str
    diagram: str
    example: str

    @property
    def title(self) -> str:
        """Its first name."""
        return self.names[0]

    @property
    def summary(self) -> str:
        """The first sentence of its purpose, without the full stop."""
        return self.purpose.split(". ", 1)[0].removesuffix(".")


@cache
def entries() -> tuple[Syntax, ...]:
    """Return all statements and clauses in the order in which they are listed."""
    text = resources.files("athena_shell.sql").joinpath("syntax.txt").read_text("utf-8")
    found: list[Syntax] = []
    for part in text.split(f"\n{_SUBJECT}")[1:]:
        subject, _, body = part.partition("\n")
        found += [_entry(subject, entry) for entry in body.split(f"\n{_ENTRY}")[1:]]
    return tuple(found)


@cache
def syntax_names() -> tuple[str, ...]:
    """Return every name that ``look_up`` knows, titles first."""
    titles = [entry.title for entry in entries()]
    return tuple(dict.fromkeys([*titles, *(name for each in entries() for name in each.names)]))


def look_up(words: str) -> tuple[Syntax, ...]:
    r"""Return what words name: one entry, or all whose names begin with them; else nothing.

    The words may be the start of a statement, as in ``\h select * from``: then the longest known
    beginning counts.
    """
    parts = words.rstrip("; ").upper().split()
    for count in range(len(parts), 0, -1):
        wanted = " ".join(parts[:count])
        exact = tuple(entry for entry in entries() if wanted in entry.names)
        if exact:
            return exact
        if begun := beginning(wanted):
            return begun
    return ()


def beginning(name: str) -> tuple[Syntax, ...]:
    """Return the entries with a longer name that begins with these words."""
    start = f"{name} "
    return tuple(
        entry
        for entry in entries()
        if name not in entry.names and any(each.startswith(start) for each in entry.names)
    )


def nearest_syntax(words: str) -> tuple[str, ...]:
    """Return the names most like words that name nothing."""
    return tuple(get_close_matches(words.upper().strip(), syntax_names(), _NEAREST))


def _entry(subject: str, text: str) -> Syntax:
    head, _, body = text.partition("\n")
    purpose, _, rest = body.partition("\n")
    diagram, _, example = rest.partition(_EXAMPLE)
    return Syntax(tuple(head.split(", ")), subject, purpose, diagram, example.strip())
