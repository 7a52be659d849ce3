"""An endpoint over an engine that fits on a page, and real clients talking to it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config

from athena_shell.local.catalog import ColumnEntry, DatabaseEntry, PartitionEntry, TableEntry
from athena_shell.local.embedded import LocalEndpoint
from athena_shell.local.engine import LocalEngine
from athena_shell.local.errors import EngineError
from athena_shell.local.lake import Lake
from athena_shell.local.result import LocalColumn, LocalResult, LocalRow

ORDERS = TableEntry(
    "shop",
    "orders",
    columns=(ColumnEntry("id", "bigint"), ColumnEntry("total", "decimal(10,2)", "in euro")),
    partition_keys=(ColumnEntry("day", "date"),),
    partitions=(PartitionEntry(("2026-01-01",), "s3://athena-local-data/orders/day=2026-01-01/"),),
    location="s3://athena-local-data/orders/",
)

PROFILE: dict[str, Any] = {
    "operator": [
        {
            "type": "RESULT_COLLECTOR",
            "children": [
                {
                    "type": "HASH_GROUP_BY",
                    "extra_info": {"Groups": "#0", "Estimated Cardinality": "7"},
                    "intermediate_rows": 30,
                    "timing": 0.002,
                    "children": [
                        {
                            "type": "UNION",
                            "intermediate_rows": 0,
                            "timing": 0.001,
                            "children": [
                                {
                                    "type": "READ_PARQUET ",
                                    "extra_info": {"Projections": ["a", "b"], "Filename(s)": file},
                                    "intermediate_rows": 450,
                                    "intermediate_size_bytes": 4500,
                                    "rows_scanned": 500,
                                    "timing": 0.002,
                                }
                                for file in ("one", "two")
                            ],
                        }
                    ],
                }
            ],
        }
    ]
}


@dataclass
class FakeEngine:
    """Answers a handful of statements, each by its own words."""

    lake: Lake
    seen: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    closed: bool = False

    def check(self, sql: str) -> None:
        if "SELEC " in sql:
            raise EngineError("SYNTAX_ERROR", "line 1:1: mismatched input 'SELEC'")

    def statement_type(self, sql: str) -> tuple[str, str]:
        if sql.startswith("SHOW"):
            return "UTILITY", "SHOW_TABLES"
        if sql.startswith("CREATE TABLE"):
            created = "CREATE_TABLE_AS_SELECT" if " AS " in sql else "CREATE_TABLE"
            return "DDL", created
        return "DML", "INSERT" if sql.startswith("INSERT") else "SELECT"

    def execute(
        self,
        sql: str,
        *,
        catalog: str = "AwsDataCatalog",
        database: str = "default",
        parameters: Sequence[str] = (),
        interrupt: threading.Event | None = None,
        scan_limit: int | None = None,
    ) -> LocalResult:
        del scan_limit
        assert catalog == "AwsDataCatalog"
        self.seen.append((sql, tuple(parameters)))
        stop = interrupt or threading.Event()
        if match := re.search(r"rows (\d+)", sql):
            return self._numbers(int(match[1]), stop)
        if "forever" in sql:
            assert stop.wait(30)
            raise EngineError("CANCELLED", "The query was stopped")
        if "missing" in sql:
            raise EngineError("COLUMN_NOT_FOUND", "line 1:8: Column 'missing' cannot be resolved")
        if "bug" in sql:
            raise RuntimeError("a bug")
        if sql.startswith("SHOW"):
            return LocalResult(
                (LocalColumn("tab_name", "string", 0),),
                iter([("orders",), ("tab_name",)]),
                "UTILITY",
                "SHOW_TABLES",
                text_lines=("orders", "tab_name"),
            )
        if sql.startswith("INSERT"):
            written = ("s3://athena-local-data/orders/new",)
            return LocalResult((), iter(()), "DML", "INSERT", update_count=3, written=written)
        if sql.startswith("CREATE TABLE"):
            return LocalResult((), iter(()), *self.statement_type(sql), text_lines=())
        return self._odd_values(database)

    def _numbers(self, count: int, stop: threading.Event) -> LocalResult:
        def rows() -> Iterator[LocalRow]:
            for number in range(count):
                if stop.is_set():
                    raise EngineError("CANCELLED", "The query was stopped")
                yield (str(number), f"row {number}")

        columns = (LocalColumn("n", "bigint", 19), LocalColumn("t", "varchar", 7))
        return LocalResult(columns, rows(), scanned_bytes=count * 10)

    def _odd_values(self, database: str) -> LocalResult:
        columns = (LocalColumn("_col0", "varchar"), LocalColumn("price", "decimal", 10, 2))
        rows = [(None, "1.50"), ("", None), ('say "hi"\nthere, ünd', "2.00"), (database, None)]
        return LocalResult(columns, iter(rows), scanned_bytes=1234)

    def databases(self) -> Sequence[DatabaseEntry]:
        return (DatabaseEntry("default", "the usual"), DatabaseEntry("shop"))

    def tables(self, database: str) -> Sequence[TableEntry]:
        if database == "many":
            return tuple(TableEntry("many", f"t{n:03}") for n in range(120))
        if database not in {"default", "shop"}:
            raise EngineError("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
        return (ORDERS,) if database == "shop" else ()

    def table(self, database: str, name: str) -> TableEntry:
        if (database, name) != ("shop", "orders"):
            raise EngineError("TABLE_NOT_FOUND", f"Table '{database}.{name}' does not exist")
        return ORDERS

    def profile(
        self, sql: str, *, database: str = "default", parameters: Sequence[str] = ()
    ) -> dict[str, Any]:
        assert (database, parameters) == ("default", ())
        if "rows" not in sql:
            raise EngineError("NOT_SUPPORTED", "only what counts rows is measured")
        return PROFILE

    def close(self) -> None:
        self.closed = True


class ShiftedClock:
    """The machine's clock, moved on by hand: signatures stay valid while sessions expire."""

    def __init__(self) -> None:
        self.shift = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.shift, UTC)

    def monotonic(self) -> float:
        return time.monotonic() + self.shift

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def advance(self, seconds: float) -> None:
        self.shift += seconds


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock()


@pytest.fixture
def engine(tmp_path: Path) -> FakeEngine:
    return FakeEngine(Lake(tmp_path / "lake" / "buckets"))


@pytest.fixture
def local(tmp_path: Path, engine: FakeEngine, clock: ShiftedClock) -> Iterator[LocalEndpoint]:
    """Give the endpoint; dates of signatures are not judged, as the clock is moved by hand."""
    opened = LocalEndpoint.over(engine, tmp_path / "lake", clock=clock, skew=None)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def open_fake() -> Callable[[Path], LocalEndpoint]:
    """Give what opens an endpoint over a fake engine; its user closes it."""

    def opened(root: Path) -> LocalEndpoint:
        engine = FakeEngine(Lake(root / "buckets"))
        return LocalEndpoint.over(engine, root, clock=ShiftedClock(), skew=None)

    return opened


ClientOf = Callable[..., Any]

LOADER = botocore.session.Session().get_component("data_loader")
"""One for all tests: it keeps the service models that each client needs."""

_CONFIG = {"retries": {"mode": "standard", "total_max_attempts": 1}}


@pytest.fixture
def plain_client(local: LocalEndpoint) -> ClientOf:
    """Give clients that sign with whatever keys are passed, and never repeat a call."""

    def client(service: str, **options: Any) -> Any:
        session = botocore.session.Session()
        session.register_component("data_loader", LOADER)
        local.attach(session)
        config = Config(**_CONFIG).merge(options.pop("config", Config()))
        made = boto3.Session(botocore_session=session)
        return made.client(service, region_name="us-east-1", config=config, **options)

    return client


@pytest.fixture
def client(local: LocalEndpoint, plain_client: ClientOf) -> ClientOf:
    """Give clients with the keys of a role session."""
    granted = plain_client("sts").assume_role_with_web_identity(
        RoleArn=local.role_arn, RoleSessionName="tester", WebIdentityToken=local.token()
    )["Credentials"]

    def made(service: str, **options: Any) -> Any:
        return plain_client(
            service,
            aws_access_key_id=granted["AccessKeyId"],
            aws_secret_access_key=granted["SecretAccessKey"],
            aws_session_token=granted["SessionToken"],
            **options,
        )

    return made


@pytest.fixture
def athena(client: ClientOf) -> Any:
    return client("athena")


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(athena: Any, local: LocalEndpoint) -> Run:
    """Start a statement, wait for its end, give its description."""

    def start_and_wait(sql: str, **options: Any) -> dict[str, Any]:
        options.setdefault("ResultConfiguration", {"OutputLocation": local.output_location})
        query = athena.start_query_execution(QueryString=sql, **options)["QueryExecutionId"]
        return ended(athena, query)

    return start_and_wait


def ended(athena: Any, query: str) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query)
        if found["QueryExecution"]["Status"]["State"] not in {"QUEUED", "RUNNING"}:
            return dict(found["QueryExecution"])
        time.sleep(0.005)
    raise AssertionError(f"query {query} did not end")


@pytest.fixture
def wait() -> Callable[[Any, str], dict[str, Any]]:
    return ended


@pytest.fixture(scope="session")
def sample_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    """The real engine with its sample database, for statements that change nothing."""
    engine = LocalEngine(tmp_path_factory.mktemp("lake"))
    yield engine
    engine.close()


@pytest.fixture
def lake_engine(tmp_path: Path) -> Iterator[LocalEngine]:
    """The real engine over an empty lake."""
    engine = LocalEngine(tmp_path / "lake", samples=False)
    yield engine
    engine.close()
