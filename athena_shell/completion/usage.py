"""What this user uses: how often, and how lately."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Final

from athena_shell.core.records import dataclass
from athena_shell.sql.tokens import Kind, is_name, name_of, scan

HALF_LIFE: Final = 50
"""After so many later statements a use counts half."""

_LONGEST: Final = 100_000
"""Longer statements are made by programs and say nothing about habits."""


@dataclass(frozen=True)
class Usage:
    """A weight for each lower-case word or name; one use just now weighs 1."""

    weights: Mapping[str, float] = field(default_factory=dict)

    def weight(self, name: str) -> float:
        """Return the weight of a name; of ``name(`` and ``LEFT JOIN`` its first word counts."""
        key = name.lower().rstrip("( ")
        return self.weights.get(key) or self.weights.get(key.split(" ", 1)[0], 0.0)


def learn(statements: Iterable[str]) -> Usage:
    """Weigh the words of past statements, given from the oldest to the newest.

    A word counts once for each statement, so that one generated list does not decide.
    """
    weights: dict[str, float] = {}
    growth = 2.0 ** (1.0 / HALF_LIFE)
    now = 1.0
    for statement in statements:
        # Growing the present is the same as fading the past, at one step a statement.
        now *= growth
        for word in _words(statement):
            weights[word] = weights.get(word, 0.0) + now
        if now > 1e100:  # noqa: PLR2004 - far from the largest float
            weights = {word: weight / now for word, weight in weights.items()}
            now = 1.0
    return Usage({word: weight / now for word, weight in weights.items()})


def _words(statement: str) -> set[str]:
    if len(statement) > _LONGEST:
        return set()
    return {
        name_of(token).lower()
        for token in scan(statement)
        if is_name(token) and token.kind is not Kind.UNTERMINATED
    }
