"""Names of catalogs, databases, tables and columns, loaded behind the prompt.

What is known is shown at once, however old; what is asked for and old is loaded again by one
background thread, through the free metadata calls alone. Loading can be given up at any time: the
thread is then left to itself, asks for no further page and changes nothing any more.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Final, NamedTuple, Protocol, runtime_checkable
from weakref import WeakSet

from athena_shell.completion.index import DatabaseNames, NameIndex, compact
from athena_shell.completion.store import NameStore
from athena_shell.core.errors import AthenaShellError
from athena_shell.core.ports import Clock, Metadata
from athena_shell.sql.statement import StatementKind, classify

FRESH_SECONDS: Final = 600.0
"""Names younger than this are not loaded again unless asked by ``refresh``."""

RETRY_SECONDS: Final = 60.0
"""After a failure nothing is asked for again for so long."""


class _Wish(NamedTuple):
    """Something to load; an empty database is the catalog's list of databases."""

    catalog: str
    database: str = ""
    table: str = ""
    column: str = ""


_CATALOGS: Final = _Wish("")
_WORKGROUPS: Final = _Wish("", "workgroups")
_Changed = Callable[[NameIndex], NameIndex]


@runtime_checkable
class PartitionSource(Protocol):
    """Metadata that can also list the values of a partition column."""

    def partition_values(
        self, catalog: str, database: str, table: str, column: str
    ) -> tuple[str, ...]:
        """Return known values of a partition column."""


@runtime_checkable
class Stoppable(Protocol):
    """Metadata that can give up a list in the middle."""

    def stop_when(self, stopped: Callable[[], bool]) -> None:
        """Ask before each page whether it is still wanted; raise AthenaShellError when not."""


class Names:
    """The cache of names; every method may be called on any thread and returns at once.

    Args:
        metadata: the catalog, read by free calls only.
        store: the directory of this profile's saved names; ``None`` keeps nothing on disk.
        clock: for the age of what was loaded.
    """

    def __init__(self, metadata: Metadata, store: Path | None, clock: Clock) -> None:
        self._metadata = metadata
        self._store = NameStore(store) if store is not None else None
        self._clock = clock
        self._lock = threading.Lock()
        self._index = NameIndex()
        self._due: dict[_Wish, float] = {}
        self._queue: SimpleQueue[_Wish | None] = SimpleQueue()
        self._pending: list[_Wish] = []
        self._idle = threading.Condition(self._lock)
        self._thread: threading.Thread | None = None
        self._workers: WeakSet[threading.Thread] = WeakSet()
        self._closed = False
        self._place: tuple[str, str] | None = None
        self._is_asked_for = False
        self._failing: set[_Wish] = set()
        self._tell: Callable[[str], None] = lambda _: None
        if isinstance(metadata, Stoppable):
            metadata.stop_when(self._is_stopped)

    def snapshot(self) -> NameIndex:
        """Return what is known now."""
        return self._index

    def want(self, catalog: str, database: str = "") -> None:
        """Say that names are needed; they are loaded when unknown or old."""
        if catalog:
            self._ask(_Wish(catalog, database), forced=False)
        else:
            self._ask(_CATALOGS, forced=False)

    def want_partition(self, catalog: str, database: str, table: str, column: str) -> None:
        """Say that the values of a partition column are needed."""
        if isinstance(self._metadata, PartitionSource):
            self._ask(_Wish(catalog, database, table, column), forced=False)

    def turn_to(self, catalog: str, database: str) -> None:
        """Load this database first; what is being loaded for others is given up when that is new.

        What was given up is loaded when it is needed again.
        """
        place = (catalog, database)
        if place == self._place:
            return
        with self._lock:
            is_first, self._place = self._place is None, place
            others = any(wish.database and wish[:2] != place for wish in self._pending)
            if others and not is_first:
                self._give_up(0.0)
        self.want(catalog, database)

    def known(self, catalog: str, database: str) -> NameIndex:
        """Return what is known, what an earlier shell saved on disk included; nothing is asked."""
        try:
            for wish in (_Wish(catalog), _Wish(catalog, database)):
                self._load_saved(wish, self._put)
        except OSError:
            pass  # it is a help only
        return self._index

    def cancel(self) -> bool:
        """Give up a refresh that was asked for; what is known stays. False when there is none."""
        with self._lock:
            if not (self._is_asked_for and self._pending):
                return False
            self._give_up(RETRY_SECONDS)
            return True

    def workgroups(self) -> tuple[str, ...]:
        """Return the known workgroups; they are loaded when unknown or old."""
        self._ask(_WORKGROUPS, forced=False)
        return self._index.workgroups

    def refresh(self, catalog: str = "", database: str = "") -> None:
        """Load again: one database, a catalog's databases, or all that was ever asked for.

        What is being loaded is given up and begun again.
        """
        with self._lock:
            self._give_up(0.0)
        if catalog:
            wishes = {_Wish(catalog), _Wish(catalog, database)}
        else:
            with self._lock:
                wishes = {_CATALOGS, *self._due}
                # Who asks for it wants to hear again what fails.
                self._failing.clear()
        # Tuples sort with what is empty first: what there is comes before what is in it.
        for wish in sorted(wishes):
            self._ask(wish, forced=True)
        with self._lock:
            self._is_asked_for = bool(self._pending)

    def amend(self, text: str, catalog: str, database: str) -> None:
        """Follow a statement of our own that has succeeded: what it dropped goes at once.

        Args:
            text: the statement; anything but DDL changes nothing here.
            catalog: the session's catalog.
            database: the session's database.
        """
        known = classify(text)
        if known.kind is not StatementKind.DDL or not known.targets:
            return
        *qualifier, name = known.targets[0].split(".")
        database = qualifier[-1] if qualifier else database
        catalog = qualifier[0] if len(qualifier) > 1 else catalog
        if {"DATABASE", "SCHEMA"} & set(known.verb.split()):
            self._ask(_Wish(catalog), forced=True)
            return
        key = (catalog.lower(), database.lower())
        with self._lock:
            found = self._index.contents.get(key)
            if found is not None and known.verb.startswith("DROP"):
                self._index = replace(
                    self._index,
                    contents={**self._index.contents, key: found.without_table(name)},
                )
        self._ask(_Wish(catalog, database), forced=True)

    def on_failure(self, tell: Callable[[str], None]) -> None:
        """Have one line told about a failed refresh, once for each run of failures.

        Args:
            tell: called on the loading thread.
        """
        self._tell = tell

    @property
    def is_loading(self) -> bool:
        """Whether something is being loaded at this moment."""
        return bool(self._pending)

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is being loaded; false when that took longer."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._pending, seconds)

    def close(self) -> None:
        """Stop loading; a call already on the wire is not waited for."""
        with self._lock:
            self._closed = True
            self._give_up(0.0)

    def _give_up(self, seconds: float) -> None:
        """Leave the loading thread to itself; call it with the lock held.

        Args:
            seconds: for so long nothing of what is given up is asked for again.
        """
        for wish in self._pending:
            self._due[wish] = self._clock.monotonic() + seconds
        self._pending.clear()
        self._is_asked_for = False
        self._thread = None
        self._queue.put(None)
        self._queue = SimpleQueue()
        self._idle.notify_all()

    def _is_stopped(self) -> bool:
        """Whether the calling thread loads names that nobody waits for any more.

        Others may list through the same metadata: they are never stopped.
        """
        thread = threading.current_thread()
        return thread is not self._thread and thread in self._workers

    def _ask(self, wish: _Wish, *, forced: bool) -> None:
        with self._lock:
            now = self._clock.monotonic()
            if self._closed or (not forced and self._due.get(wish, now) > now):
                return
            self._due[wish] = now + FRESH_SECONDS
            self._pending.append(wish)
            self._queue.put(wish)
            if self._thread is None:
                # A daemon, so that leaving the shell never waits for the network.
                self._thread = threading.Thread(
                    target=self._work, args=(self._queue,), name="names", daemon=True
                )
                self._workers.add(self._thread)
                self._thread.start()

    def _work(self, queue: SimpleQueue[_Wish | None]) -> None:
        while (wish := queue.get()) is not None and not self._is_stopped():
            try:
                self._load_saved(wish, self._change)
                self._load(wish)
            except (AthenaShellError, OSError) as error:
                self._failed(wish, error)
            else:
                self._failing.discard(wish)
            finally:
                with self._idle:
                    if not self._is_stopped():
                        self._pending.remove(wish)
                        self._is_asked_for = self._is_asked_for and bool(self._pending)
                        self._idle.notify_all()

    def _failed(self, wish: _Wish, error: Exception) -> None:
        with self._lock:
            if self._is_stopped():
                return
            self._due[wish] = self._clock.monotonic() + RETRY_SECONDS
            if not self._exists(wish):
                return
            is_first = not self._failing
            self._failing.add(wish)
        if is_first:
            self._tell(f"Names for completion could not be refreshed: {error}")

    def _exists(self, wish: _Wish) -> bool:
        """Whether what failed may be there: ``a.b.c`` may be a field as well as a table."""
        if wish[:2] == self._place:
            return True
        if wish.database:
            known, wanted = self._index.databases_of(wish.catalog), wish.database
        else:
            known, wanted = self._index.catalogs, wish.catalog
            if not known or not wanted:
                return True
        return wanted.lower() in {name.lower() for name in known}

    def _put(self, changed: _Changed) -> None:
        with self._lock:
            self._index = changed(self._index)

    def _change(self, changed: _Changed) -> None:
        with self._lock:
            if not self._is_stopped():
                self._index = changed(self._index)

    def _load_saved(self, wish: _Wish, put: Callable[[_Changed], None]) -> None:
        """Show what the last session knew, until the catalog has answered."""
        if self._store is None or wish.table or not wish.catalog:
            return
        catalog, key = wish.catalog.lower(), (wish.catalog.lower(), wish.database.lower())
        if not wish.database and catalog not in self._index.databases:
            if names := self._store.load_databases(wish.catalog):
                put(lambda index: _with_databases(index, catalog, names))
        elif wish.database and key not in self._index.contents:
            saved = self._store.load(wish.catalog, wish.database)
            if saved is not None:
                found = DatabaseNames.of(saved)
                put(lambda index: _with_contents(index, key, found))

    def _load(self, wish: _Wish) -> None:
        if wish == _WORKGROUPS:
            groups = tuple(self._metadata.workgroups())
            self._change(lambda index: replace(index, workgroups=groups))
        elif wish.table:
            self._load_partition(wish)
        elif wish.database:
            self._load_tables(wish)
        elif wish.catalog:
            self._load_databases(wish)
        else:
            catalogs = tuple(self._metadata.catalogs())
            self._change(lambda index: replace(index, catalogs=catalogs))

    def _load_databases(self, wish: _Wish) -> None:
        names = tuple(entry.name for entry in self._metadata.databases(wish.catalog))
        self._change(lambda index: _with_databases(index, wish.catalog.lower(), names))
        if self._store is not None:
            self._store.save_databases(wish.catalog, names)

    def _load_tables(self, wish: _Wish) -> None:
        tables = list(compact(self._metadata.tables(wish.catalog, wish.database)))
        found = DatabaseNames.of(tables)
        key = (wish.catalog.lower(), wish.database.lower())
        self._change(lambda index: _with_contents(index, key, found))
        # Half a million columns would be looked through at each full collection, and keys wait.
        gc.freeze()
        if self._store is not None:
            self._store.save(wish.catalog, wish.database, tables)

    def _load_partition(self, wish: _Wish) -> None:
        if not isinstance(self._metadata, PartitionSource):
            return
        values = tuple(self._metadata.partition_values(*wish))
        key = (wish.catalog.lower(), wish.database.lower(), wish.table.lower(), wish.column.lower())
        self._change(
            lambda index: replace(index, partition_values={**index.partition_values, key: values})
        )


def _with_databases(index: NameIndex, catalog: str, names: tuple[str, ...]) -> NameIndex:
    databases: Mapping[str, tuple[str, ...]] = {**index.databases, catalog: names}
    return replace(index, databases=databases)


def _with_contents(index: NameIndex, key: tuple[str, str], found: DatabaseNames) -> NameIndex:
    return replace(index, contents={**index.contents, key: found})
