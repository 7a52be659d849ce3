"""What completion asks of others."""

from __future__ import annotations

from typing import Protocol

from athena_shell.completion.index import NameIndex


class NameSource(Protocol):
    """What yields the names that are known, and is told which are needed."""

    def snapshot(self) -> NameIndex:
        """Return what is known now."""

    def want(self, catalog: str, database: str = "") -> None:
        """Say that names are needed."""

    def want_partition(self, catalog: str, database: str, table: str, column: str) -> None:
        """Say that the values of a partition column are needed."""


class CommandNames(Protocol):
    """The part of a backslash command that completion reads; names come without backslash."""

    @property
    def name(self) -> str:
        """The command's name."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other names."""

    @property
    def summary(self) -> str:
        """What it does, in one line."""

    @property
    def usage(self) -> str:
        """How it is written, with its options."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The kinds of its arguments in order."""
