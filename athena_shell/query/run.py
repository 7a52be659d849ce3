"""Which run of which script a shell's statements belong to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ALONE: Final = ""
"""The script of statements that nobody resumes: of a dry run, of a shell."""


class Run:
    """A run of scripts as the journal names it; moved on from script to script.

    A resumed run goes on under the name of the one that it takes up, so that the statements of
    both count when it breaks off again. Each script has a name of its own: two that run together
    may have broken off in different runs.

    Attributes:
        script: the path of the script, of those that the run was given, which is at hand.
    """

    def __init__(self) -> None:
        self.script = ALONE
        self._names: dict[str, str] = {}
        self._paths: dict[str, str] = {}

    def take_up(self, names: Mapping[str, str]) -> None:
        """Go on under the names of earlier runs, by script."""
        self._names.update(names)

    def opened(self, source: str, path: str) -> None:
        """Note where a source lies; statements name it as the user did."""
        self._paths[source] = path

    def path_of(self, source: str) -> str:
        """Return where a source lies; its own name when it is no file."""
        return self._paths.get(source, source)

    def members(self, source: str, name: str) -> Mapping[str, str]:
        """Return what the journal keeps of it with a statement.

        Args:
            source: where the statement stands.
            name: the run's name unless it takes up another.
        """
        return {
            "run": self._names.get(self.script, name),
            "script": self.script,
            "file": self.path_of(source),
        }
