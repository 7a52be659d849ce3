"""Results kept after they were shown, to be drawn again or queried without running anything."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from athena_shell.core.errors import CommandError, OutputError
from athena_shell.core.model import Column, Row
from athena_shell.output.rowstore import RowStore

LATEST: Final = "_"
_MOST_RESULTS: Final = 20
_MOST_BYTES: Final = 256 << 20
_GROUP: Final = 100


class HeldResult:
    """One result, as far as it was read.

    Args:
        number: which result of this session it is, counted from 1.
        columns: its columns.
        query_id: the execution that has all of it; empty for a command's answer.
        text: the statement it answers; empty for a command's answer.
        most_bytes: how much of it is kept.
    """

    def __init__(
        self,
        number: int,
        columns: Sequence[Column],
        query_id: str = "",
        text: str = "",
        *,
        most_bytes: int = 0,
    ) -> None:
        self.name = f"_{number}"
        self.columns = tuple(columns)
        self.query_id = query_id
        self.text = text
        self.complete = False
        self._most_bytes = most_bytes or _MOST_BYTES
        self._store = RowStore(len(columns), self._most_bytes)

    def __len__(self) -> int:
        return len(self._store)

    def rows(self) -> Iterator[Row]:
        """Yield the kept rows, as often as wanted."""
        return self._store.rows()

    def json_groups(self, characters: int) -> Iterator[str]:
        """Yield the kept rows as JSON arrays of texts, about so many characters each."""
        return self._store.json_groups(characters)

    def keep_whole(self, rows: Iterable[Row]) -> None:
        """Keep these rows, all there are, in place of what was kept of them before.

        Raises:
            OutputError: they are more than is kept, or cannot be written; nothing has changed.
        """
        store = RowStore(len(self.columns), self._most_bytes)
        waiting = iter(rows)
        try:
            while group := tuple(islice(waiting, _GROUP)):
                self._refuse_more(store)
                store.extend(group)
        except BaseException:
            store.close()
            raise
        self._store.close()
        self._store, self.complete = store, True

    def _refuse_more(self, store: RowStore) -> None:
        if store.full:
            raise OutputError(
                f"{self.name} is larger than the {self._most_bytes >> 20} MB of a result"
                " that are held.",
                "Ask for fewer columns or rows.",
            )

    def keep(self, rows: Iterable[Row]) -> Generator[Row, None, None]:
        """Yield the rows and keep them on the way, until the bound or the reader's end.

        Once no more can be kept the rows still come; ``complete`` then stays false.
        """
        waiting: list[Row] = []
        keeping = True
        try:
            for row in rows:
                if keeping:
                    waiting.append(row)
                    if len(waiting) >= _GROUP:
                        keeping = self._take(waiting)
                yield row
            self.complete = keeping
        finally:
            if keeping and not self._take(waiting, last=True):
                self.complete = False

    def close(self) -> None:
        """Give its memory and disk space back."""
        self._store.close()

    def _take(self, rows: list[Row], *, last: bool = False) -> bool:
        try:
            self._store.extend(rows)
        except OutputError:  # a full disk must not lose the result that is being shown
            return False
        rows.clear()
        return last or not self._store.full


class HeldResults:
    """The last results of a session: ``_`` is the latest, ``_1``, ``_2`` … count from its start.

    A failed query leaves them as they are. The oldest is dropped when there are too many.

    Args:
        most_results: how many are kept.
        most_bytes: how much of each is kept.
    """

    def __init__(self, most_results: int = _MOST_RESULTS, most_bytes: int = _MOST_BYTES) -> None:
        self._most_results = most_results
        self._most_bytes = most_bytes
        self._held: dict[str, HeldResult] = {}
        self._count = 0

    def add(self, columns: Sequence[Column], query_id: str = "", text: str = "") -> HeldResult:
        """Begin to hold a result; its rows are kept as they pass through ``keep``."""
        result = HeldResult(self._count + 1, columns, query_id, text, most_bytes=self._most_bytes)
        self._enter(result)
        return result

    def add_whole(self, columns: Sequence[Column], rows: Iterable[Row], text: str) -> HeldResult:
        """Hold a result that is there at once.

        Raises:
            OutputError: as ``HeldResult.keep_whole``; the results held are as before.
        """
        result = HeldResult(self._count + 1, columns, text=text, most_bytes=self._most_bytes)
        result.keep_whole(rows)
        self._enter(result)
        return result

    def _enter(self, result: HeldResult) -> None:
        self._count += 1
        self._held[result.name] = result
        while len(self._held) > self._most_results:
            self._held.pop(next(iter(self._held))).close()

    def names(self) -> tuple[str, ...]:
        """Return the names that can be asked for, oldest first, ``_`` last."""
        return (*self._held, LATEST) if self._held else ()

    def all(self) -> tuple[HeldResult, ...]:
        """Return the held results, oldest first."""
        return tuple(self._held.values())

    def find(self, name: str = LATEST) -> HeldResult:
        """Return a held result.

        Raises:
            CommandError: it was never there, or was dropped.
        """
        if not self._held:
            raise CommandError("No result is held yet.", "Run a query first.")
        if name == LATEST:
            return next(reversed(self._held.values()))
        found = self._held.get(name)
        if found is None:
            raise CommandError(
                f"There is no held result “{name}”.", f"Held are {', '.join(self.names())}."
            )
        return found

    def close(self) -> None:
        """Drop every result."""
        for result in self._held.values():
            result.close()
        self._held.clear()
