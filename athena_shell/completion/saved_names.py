"""Names of what a workgroup keeps, loaded behind the prompt like the catalog's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final

from athena_shell.core.errors import AthenaShellError
from athena_shell.core.ports import Clock, SavedWork

FRESH_SECONDS: Final = 60.0
"""Names younger than this are not loaded again: others may save and drop at any time."""

_Key = tuple[str, str]


class SavedNames:
    """The cache of names; every method may be called on any thread and returns at once.

    Args:
        saved: what is asked for names, by free calls only.
        clock: for the age of what was loaded.
    """

    def __init__(self, saved: SavedWork, clock: Clock) -> None:
        self._saved = saved
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[_Key, tuple[str, ...]] = {}
        self._due: dict[_Key, float] = {}

    def named(self, workgroup: str) -> Sequence[str]:
        """Return the known names of a workgroup's named queries; loads them when they are old."""
        return self._names(("named", workgroup), self._named)

    def prepared(self, workgroup: str) -> Sequence[str]:
        """Return the known names of prepared statements; loads them when they are old."""
        return self._names(("prepared", workgroup), self._saved.prepared_names)

    def forget(self) -> None:
        """Load everything again when it is next asked for."""
        with self._lock:
            self._due.clear()

    def _named(self, workgroup: str) -> Sequence[str]:
        return tuple(dict.fromkeys(query.name for query in self._saved.named(workgroup)))

    def _names(self, key: _Key, load: Callable[[str], Sequence[str]]) -> Sequence[str]:
        with self._lock:
            now = self._clock.monotonic()
            known = self._known.get(key, ())
            is_old = self._due.get(key, now) <= now
            if is_old:
                self._due[key] = now + FRESH_SECONDS
        if is_old:
            threading.Thread(
                target=self._load, args=(key, load), name="saved names", daemon=True
            ).start()
        return known

    def _load(self, key: _Key, load: Callable[[str], Sequence[str]]) -> None:
        try:
            names = tuple(load(key[1]))
        except AthenaShellError:
            return  # it is asked again when the time has come; the command itself says what fails
        with self._lock:
            self._known[key] = names
