r"""``\snapshots`` and ``\asof`` in the shell, on the embedded endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from athena_shell.core.model import Table, TableColumn
from athena_shell.local.defaults import OUTPUT_LOCATION
from tests.shell.embedded import embedded_connection, with_own_names

if TYPE_CHECKING:
    from athena_shell.commands.services import Connection
    from tests.shell.conftest import Start, Terminal

HERE = {"database": "sampledb", "output_location": OUTPUT_LOCATION}


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with embedded_connection() as connection:
        yield connection


def shown(text: str) -> str:
    """Return a screen's text with the ids, moments and sizes of this run put by."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC", "MOMENT", text)
    return re.sub(r" +\d{17,19}\b", " ID", text)


def table_of(text: str) -> list[str]:
    """Return the rows of a drawn table."""
    return [line for line in shown(text).splitlines() if line.startswith(("|", "│"))]


def opened(start: Start, connection: Connection) -> Terminal:
    return start(connection=with_own_names(connection), **HERE)


def test_a_table_is_seen_as_it_was(start: Start, connection: Connection) -> None:
    shell = opened(start, connection)
    shell.enter(
        "CREATE TABLE daily WITH (table_type = 'ICEBERG', is_external = false) AS SELECT 1 AS id;"
    )
    shell.enter("INSERT INTO daily VALUES 2, 3;")
    listed = shell.enter("\\snapshots daily")
    assert shown(listed.rpartition("-[ RECORD 1 ]")[2]).partition("2 rows")[0].splitlines() == [
        "---------------------------",
        "snapshot_id  | ID",
        "committed_at | MOMENT",
        "operation    | append",
        "added        | 2",
        "deleted      | NULL",
        "total        | 3",
        "-[ RECORD 2 ]---------------------------",
        "snapshot_id  | ID",
        "committed_at | MOMENT",
        "operation    | append",
        "added        | 1",
        "deleted      | NULL",
        "total        | 1",
    ]
    oldest = 'SELECT snapshot_id AS first FROM "daily$snapshots" ORDER BY committed_at LIMIT 1'
    shell.enter(f"{oldest} \\gset")
    assert table_of(shell.enter("\\asof daily :first"))[-1] == "|  1 |"
    counted = shell.enter("\\asof daily :first SELECT count(*) AS past FROM daily d;")
    assert table_of(counted)[-1] == "|    1 |"
    both = "WITH now AS (SELECT count(*) AS n FROM sampledb.orders WHERE false) SELECT * FROM now"
    assert table_of(shell.enter(f"\\asof daily :first {both}, daily"))[-1] == "| 0 |  1 |"
    assert "No version history table sampledb.daily" in shell.enter("\\asof daily 1 day ago")
    assert "Pointer value '2999-01-01" in shell.enter("\\asof daily 2999-01-01 12:00 +02:00")
    assert "Iceberg snapshot ID does not exists: 7" in shell.enter("\\asof daily 7")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("\\snapshots orders", "orders is no Iceberg table: it has no snapshots."),
        ("\\asof orders 5", "orders is no Iceberg table: it has no snapshots."),
        ("\\asof orders", "\\asof needs more."),
        ("\\asof t yesterday", "“yesterday” is neither a snapshot nor a moment."),
        ("\\asof t 5 fortnights ago", "“5 fortnights ago” is neither a snapshot nor a moment."),
        ("\\asof t 5 minutes", "“5 minutes” is neither a snapshot nor a moment."),
        ("\\asof t 2024-13-01", "There is no 2024-13-01."),
        ("\\asof t 2024-02-30 12:00 UTC", "There is no 2024-02-30 12:00:00."),
        ("\\asof t 2024-02-28 25:00", "There is no 2024-02-28 25:00:00."),
        ("\\asof t 99999999999999999999", "99999999999999999999 is no snapshot's id."),
        ("\\asof t 5 SELECT 1", "The query does not read t."),
        ("\\asof t 5 SELECT * FROM db.t", "Write t without its database in the query."),
        ("\\asof t 5 DELETE FROM t", "\\asof takes a query."),
        ("\\asof v 5", "v is a view: it has no snapshots."),
    ],
)
def test_what_cannot_be_travelled_is_said(start: Start, typed: str, said: str) -> None:
    shell = start()
    shell.metadata.content["shop"] += (Table("t", "shop"), Table("v", "shop", kind="VIRTUAL_VIEW"))
    assert said in shell.enter(typed)
    assert shell.engine.started == []


@pytest.mark.parametrize(
    ("typed", "version"),
    [
        ("123", "FOR VERSION AS OF 123"),
        ("2024-05-01", "FOR TIMESTAMP AS OF TIMESTAMP '2024-05-01'"),
        ("2024-05-01T12:30Z", "FOR TIMESTAMP AS OF TIMESTAMP '2024-05-01 12:30:00 UTC'"),
        (
            "'2024-05-01 12:30:00.5 Europe/Berlin'",
            "FOR TIMESTAMP AS OF TIMESTAMP '2024-05-01 12:30:00.5 Europe/Berlin'",
        ),
        ("2 WEEKS ago", "FOR TIMESTAMP AS OF (current_timestamp - INTERVAL '14' DAY)"),
        ("2 hours ago", "FOR TIMESTAMP AS OF (current_timestamp - INTERVAL '2' HOUR)"),
    ],
)
def test_when_is_written_in_several_ways(start: Start, typed: str, version: str) -> None:
    shell = start()
    shell.metadata.content["shop"] += (Table("t", "shop"),)
    shell.enter(f"\\asof t {typed}")
    shell.enter(f"\\asof t {typed} WITH RECURSIVE r AS (TABLE t) TABLE r")
    assert [intent.statement.text for intent in shell.engine.started] == [
        f'SELECT * FROM "shop"."t" {version} LIMIT 100',
        f'WITH RECURSIVE "t" AS (SELECT * FROM "shop"."t" {version}), r AS (TABLE t) TABLE r',
    ]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("\\snapshots other.web.t", 'FROM "web"."t$snapshots" ORDER BY'),
        ("\\asof other.web.t 5", 'SELECT * FROM "web"."t" FOR VERSION AS OF 5 LIMIT 100'),
        ("\\partitions other.web.t", 'FROM "web"."t$partitions" ORDER BY'),
        ("\\ddl other.web.t", "SHOW CREATE TABLE `web`.`t`"),
    ],
)
def test_a_table_of_another_catalog_is_asked_for_there(start: Start, typed: str, sent: str) -> None:
    shell = start()
    key = TableColumn("day", "date", is_partition=True)
    shell.metadata.content["web"] = (Table("t", "web", "other", columns=(key,)),)
    shell.enter(typed)
    shell.enter("SELECT 1;")
    there, here = shell.engine.started
    assert sent in there.statement.text
    assert (there.target.catalog, here.target.catalog) == ("other", "AwsDataCatalog")


def test_an_iceberg_tables_hidden_partitions_are_listed(
    start: Start, connection: Connection
) -> None:
    shell = opened(start, connection)
    options = "table_type = 'ICEBERG', is_external = false"
    rows = "SELECT DATE '2024-01-01' AS d UNION ALL SELECT DATE '2024-02-01'"
    shell.enter(
        f"CREATE TABLE monthly WITH ({options}, partitioning = ARRAY['month(d)']) AS {rows};"
    )
    shell.enter(f"CREATE TABLE whole WITH ({options}) AS {rows};")
    assert "d_month=649" in (shown := shell.enter("\\partitions monthly latest"))
    assert "d_month=648" not in shown
    assert "d_month=648" in shell.enter("\\partitions monthly").partition("649")[2]
    assert "record_count | 2" in shell.enter("\\partitions whole")
