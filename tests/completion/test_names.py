"""The cache of names: in the background, stale at first, private on disk, quiet in failure."""

from __future__ import annotations

import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from athena_shell.completion.names import Names
from athena_shell.core.errors import ServiceError
from athena_shell.core.model import Database, Table, TableColumn, Workgroup


class SteppedClock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class FakeCatalog:
    """Metadata that counts its calls and can fail or wait."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.content = {"sales": [Table("orders", columns=(TableColumn("id", "bigint"),))]}
        self.broken = False
        self.gate = threading.Event()
        self.gate.set()

    def _call(self, name: str) -> None:
        self.gate.wait(5)
        self.calls.append(name)
        if self.broken:
            raise ServiceError("the catalog cannot be reached", transient=True)

    def catalogs(self) -> Sequence[str]:
        self._call("catalogs")
        return ["AwsDataCatalog"]

    def databases(self, catalog: str) -> Sequence[Database]:
        self._call(f"databases {catalog}")
        return [Database(name) for name in self.content]

    def database(self, catalog: str, name: str) -> Database:
        raise NotImplementedError

    def tables(self, catalog: str, database: str) -> Sequence[Table]:
        self._call(f"tables {catalog} {database}")
        return self.content[database]

    def table(self, catalog: str, database: str, name: str) -> Table:
        raise NotImplementedError

    def workgroups(self) -> Sequence[str]:
        self._call("workgroups")
        return ["primary"]

    def workgroup(self, name: str) -> Workgroup:
        raise NotImplementedError


@contextmanager
def cached(
    catalog: FakeCatalog, store: Path | None = None, clock: SteppedClock | None = None
) -> Iterator[Names]:
    names = Names(catalog, store, clock or SteppedClock())
    try:
        yield names
    finally:
        names.close()


def tables_of(names: Names) -> list[str]:
    found = names.snapshot().database("awsdatacatalog", "sales")
    return sorted(found.tables) if found else []


def test_names_come_in_the_background_and_once() -> None:
    catalog = FakeCatalog()
    catalog.gate.clear()
    with cached(catalog) as names:
        for _ in range(3):
            names.want("")
            names.want("AwsDataCatalog")
            names.want("AwsDataCatalog", "sales")
        assert names.snapshot().catalogs == ()
        catalog.gate.set()
        assert names.wait(5)
        assert names.snapshot().catalogs == ("AwsDataCatalog",)
        assert names.snapshot().databases_of("awsdatacatalog") == ("sales",)
        assert tables_of(names) == ["orders"]
    assert catalog.calls == ["catalogs", "databases AwsDataCatalog", "tables AwsDataCatalog sales"]


def test_old_names_are_loaded_again() -> None:
    catalog, clock = FakeCatalog(), SteppedClock()
    with cached(catalog, clock=clock) as names:
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
        clock.seconds += 3600
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
        names.refresh("AwsDataCatalog", "sales")
        assert names.wait(5)
    assert catalog.calls.count("tables AwsDataCatalog sales") == 3


def test_saved_names_are_shown_at_once_and_private(tmp_path: Path) -> None:
    store = tmp_path / "names"
    with cached(FakeCatalog(), store) as names:
        names.want("AwsDataCatalog")
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
    files = list(store.iterdir())
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    broken = FakeCatalog()
    broken.broken = True
    with cached(broken, store) as names:
        names.want("AwsDataCatalog")
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
        assert tables_of(names) == ["orders"]
        column = names.snapshot().table("AwsDataCatalog", "sales", "orders")
        assert column is not None
        assert column.columns[0][:2] == ("id", "bigint")
        assert names.snapshot().databases_of("AwsDataCatalog") == ("sales",)


def test_damaged_files_are_ignored(tmp_path: Path) -> None:
    store = tmp_path / "names"
    with cached(FakeCatalog(), store) as names:
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
    for damage in (b"", b"{}", b"\xff\xfe", b'{"version": 1}\n[1]\n'):
        (file,) = store.iterdir()
        head = file.read_bytes().split(b"\n")[0]
        file.write_bytes(head + b"\n" + damage + b"\n")
        with cached(FakeCatalog(), store) as names:
            names.want("AwsDataCatalog", "sales")
            assert names.wait(5)
            assert tables_of(names) == ["orders"]


NOTICE = "Names for completion could not be refreshed: the catalog cannot be reached"


def test_a_failure_is_one_quiet_notice_and_is_tried_again() -> None:
    catalog, clock = FakeCatalog(), SteppedClock()
    catalog.broken = True
    told: list[str] = []
    with cached(catalog, clock=clock) as names:
        names.on_failure(told.append)
        names.want("AwsDataCatalog")
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
        assert told == [NOTICE]
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
        assert len(catalog.calls) == 2
        clock.seconds += 61
        names.want("AwsDataCatalog")
        assert names.wait(5)
        assert len(catalog.calls) == 3
        assert told == [NOTICE]
        catalog.broken = False
        clock.seconds += 61
        names.want("AwsDataCatalog")
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
        assert tables_of(names) == ["orders"]
        assert told == [NOTICE]


def test_a_refresh_that_is_asked_for_says_again_that_it_fails() -> None:
    catalog = FakeCatalog()
    told: list[str] = []
    with cached(catalog) as names:
        names.on_failure(told.append)
        names.want("AwsDataCatalog")
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
        catalog.broken = True
        for _ in range(2):
            names.refresh()
            assert names.wait(5)
        assert told == [NOTICE, NOTICE]
        assert tables_of(names) == ["orders"]
        catalog.broken = False
        catalog.content["sales"] = [Table("returns")]
        names.refresh()
        assert names.wait(5)
        assert tables_of(names) == ["returns"]
    assert told == [NOTICE, NOTICE]


def test_what_may_not_exist_fails_without_a_word() -> None:
    catalog = FakeCatalog()
    told: list[str] = []
    with cached(catalog) as names:
        names.on_failure(told.append)
        names.want("AwsDataCatalog")
        assert names.wait(5)
        names.want("")
        assert names.wait(5)
        catalog.broken = True
        names.want("o", "items")
        names.want("o")
        assert names.wait(5)
    assert catalog.calls == [
        *("databases AwsDataCatalog", "catalogs"),
        *("tables o items", "databases o"),
    ]
    assert told == []


def test_a_refresh_is_given_up_with_the_shell_and_begun_again_by_the_next() -> None:
    catalog = FakeCatalog()
    told: list[str] = []
    catalog.gate.clear()
    with cached(catalog) as names:
        names.on_failure(told.append)
        names.want("AwsDataCatalog")
        names.want("AwsDataCatalog", "sales")
        names.close()
        catalog.broken = True
        catalog.gate.set()
        names.wait(0.1)
        assert names.snapshot().databases == {}
    assert told == []
    catalog.broken = False
    with cached(catalog) as names:
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
        assert tables_of(names) == ["orders"]
    assert catalog.calls.count("tables AwsDataCatalog sales") == 1


class PagedCatalog(FakeCatalog):
    """A catalog whose tables come by pages; each page waits for a permit."""

    def __init__(self) -> None:
        super().__init__()
        self.content["web"] = [Table("logs")]
        self.permits = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)
        self.stopped: Callable[[], bool] = lambda: False
        self.ended: list[str] = []

    def stop_when(self, stopped: Callable[[], bool]) -> None:
        self.stopped = stopped

    def tables(self, catalog: str, database: str) -> Sequence[Table]:
        self.begun.release()
        for page in range(3):
            if self.stopped():
                self.ended.append(f"{database} given up at {page}")
                raise ServiceError("given up")
            assert self.permits.acquire(timeout=5)
        self.ended.append(f"{database} whole")
        return super().tables(catalog, database)


def test_a_refresh_that_is_stopped_asks_for_no_further_page() -> None:
    catalog, told = PagedCatalog(), list[str]()
    with cached(catalog) as names:
        names.on_failure(told.append)
        assert not names.cancel()
        names.want("AwsDataCatalog", "sales")
        assert catalog.begun.acquire(timeout=5)
        assert not names.cancel()  # nobody asked for it
        catalog.permits.release(3)
        assert names.wait(5)
        catalog.content["sales"] = []
        names.refresh()
        assert catalog.begun.acquire(timeout=5)
        assert names.cancel()
        assert names.wait(0)
        catalog.permits.release()
        names.want("AwsDataCatalog", "sales")  # stopped on purpose: a key does not begin it again
        assert names.wait(0)
        assert tables_of(names) == ["orders"]
        ended_by(catalog, 2)
    assert catalog.ended == ["sales whole", "sales given up at 1"]
    assert told == []


def ended_by(catalog: PagedCatalog, number: int) -> None:
    """Wait until so many lists have ended."""
    deadline = time.monotonic() + 5
    while len(catalog.ended) < number and time.monotonic() < deadline:
        threading.Event().wait(0.001)


def test_a_second_refresh_begins_again() -> None:
    catalog = PagedCatalog()
    with cached(catalog) as names:
        names.want("AwsDataCatalog", "sales")
        assert catalog.begun.acquire(timeout=5)
        names.refresh()
        catalog.permits.release()
        assert catalog.begun.acquire(timeout=5)
        catalog.permits.release(3)
        assert names.wait(5)
        assert tables_of(names) == ["orders"]
        ended_by(catalog, 2)
    assert sorted(catalog.ended) == ["sales given up at 1", "sales whole"]


def test_the_names_of_the_database_one_goes_to_come_first() -> None:
    catalog = PagedCatalog()
    with cached(catalog) as names:
        names.turn_to("AwsDataCatalog", "sales")
        assert catalog.begun.acquire(timeout=5)
        names.turn_to("AwsDataCatalog", "web")
        assert catalog.begun.acquire(timeout=5)
        catalog.permits.release(4)
        assert names.wait(5)
        assert names.snapshot().table("AwsDataCatalog", "web", "logs") is not None
        assert tables_of(names) == []
        ended_by(catalog, 2)
        assert sorted(catalog.ended) == ["sales given up at 1", "web whole"]
        names.want("AwsDataCatalog", "sales")  # what was given up comes when it is needed
        catalog.permits.release(3)
        assert names.wait(5)
        assert tables_of(names) == ["orders"]


def test_what_is_on_disk_is_known_without_asking(tmp_path: Path) -> None:
    with cached(FakeCatalog(), tmp_path) as names:
        names.want("AwsDataCatalog")
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
    catalog = FakeCatalog()
    with cached(catalog, tmp_path) as names:
        known = names.known("AwsDataCatalog", "sales")
        assert known.table("AwsDataCatalog", "sales", "orders") is not None
        assert known.databases_of("AwsDataCatalog") == ("sales",)
    assert catalog.calls == []


def test_our_own_ddl_amends_the_names() -> None:
    catalog = FakeCatalog()
    with cached(catalog) as names:
        names.want("AwsDataCatalog", "sales")
        assert names.wait(5)
        catalog.gate.clear()
        names.amend("DROP TABLE IF EXISTS `orders`", "AwsDataCatalog", "sales")
        assert tables_of(names) == []
        catalog.content["sales"] = [Table("returns")]
        catalog.gate.set()
        assert names.wait(5)
        assert tables_of(names) == ["returns"]
        calls = len(catalog.calls)
        names.amend("select 1", "AwsDataCatalog", "sales")
        names.amend("insert into returns select 1", "AwsDataCatalog", "sales")
        assert len(catalog.calls) == calls
        catalog.content["new"] = []
        names.amend("CREATE DATABASE new", "AwsDataCatalog", "sales")
        assert names.wait(5)
        assert names.snapshot().databases_of("AwsDataCatalog") == ("sales", "new")


def test_workgroups_are_names_too() -> None:
    catalog = FakeCatalog()
    with cached(catalog) as names:
        assert names.workgroups() == ()
        assert names.wait(5)
        assert names.workgroups() == ("primary",)
    assert catalog.calls == ["workgroups"]


def test_nothing_is_loaded_after_closing() -> None:
    catalog = FakeCatalog()
    with cached(catalog) as names:
        names.close()
        names.want("AwsDataCatalog", "sales")
    assert catalog.calls == []
