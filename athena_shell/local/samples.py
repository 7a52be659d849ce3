# ruff: noqa: E501 - each query is read as one text
"""The sample database: made of SQL alone, the same on every machine."""

from __future__ import annotations

import hashlib
from typing import Final

from athena_shell.local.alter import partitions_below
from athena_shell.local.catalog import (
    ColumnEntry,
    DatabaseEntry,
    LakeCatalog,
    PartitionEntry,
    TableEntry,
)
from athena_shell.local.duck import Duck
from athena_shell.local.lake import DATA_BUCKET, Lake
from athena_shell.local.types import text

DATABASE: Final = "sampledb"

# Each table: its query (the partition key last), its columns as the catalog has them, its key.
# ``h(i, k)`` is a number from 0 that looks random but only depends on i and k.
_HASH: Final = "CREATE OR REPLACE TEMP MACRO h(i, k, m) AS CAST((i * 2654435761 + k * 40503 + (i * 2654435761 + k * 40503) // 65536) % 1000003 % m AS INTEGER)"

_CUSTOMERS: Final = """
SELECT CAST(i AS BIGINT) AS customer_id,
    ['Ada', 'Ben', 'Chloé', 'Dmitri', 'Elif', 'Farid', 'Grace', 'Hiro', 'Inés', 'Jonas'][h(i, 1, 10) + 1]
        || ' ' || ['Almeida', 'Brown', 'Chen', 'Dubois', 'Eriksen', 'Fischer', 'Garcia', 'Haddad'][h(i, 2, 8) + 1] AS name,
    CASE WHEN h(i, 3, 20) = 0 THEN NULL ELSE 'user' || i || '@example.com' END AS email,
    ['DE', 'FR', 'US', 'BR', 'JP', 'IN', 'ZA', 'NO'][h(i, 4, 8) + 1] AS country,
    ['free', 'plus', 'pro'][h(i, 5, 3) + 1] AS plan,
    CAST(DATE '2022-01-01' + h(i, 6, 900) AS DATE) AS signed_up
FROM range(1, 2001) AS r(i)
"""
_ORDERS: Final = """
SELECT CAST(i AS BIGINT) AS order_id,
    CAST(1 + h(i, 11, 2000) AS BIGINT) AS customer_id,
    CAST((100 + h(i, 12, 49900)) / 100.0 AS DECIMAL(10, 2)) AS amount,
    CAST(1 + h(i, 13, 9) AS INTEGER) AS quantity,
    ['new', 'paid', 'shipped', 'delivered', 'returned'][h(i, 14, 5) + 1] AS status,
    ['EUR', 'USD', 'JPY'][h(i, 15, 3) + 1] AS currency,
    CASE WHEN h(i, 16, 7) = 0 THEN NULL ELSE 'CODE' || h(i, 17, 40) END AS coupon,
    TIMESTAMP '2024-01-01 00:00:00' + to_seconds(CAST(i AS BIGINT) * 790) AS ordered_at,
    strftime(TIMESTAMP '2024-01-01 00:00:00' + to_seconds(CAST(i AS BIGINT) * 790), '%Y-%m') AS month
FROM range(0, 40000) AS r(i)
"""
_WEB_LOGS: Final = """
SELECT TIMESTAMP '2024-11-01 00:00:00' + to_milliseconds(CAST(i AS BIGINT) * 24192) AS request_time,
    '10.' || h(i, 21, 4) || '.' || h(i, 22, 250) || '.' || h(i, 23, 250) AS client_ip,
    ['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE'][h(i, 24, 6) + 1] AS method,
    '/' || ['', 'products', 'cart', 'checkout', 'login', 'search', 'about'][h(i, 25, 7) + 1] AS path,
    CAST([200, 200, 200, 200, 200, 301, 404, 500][h(i, 26, 8) + 1] AS INTEGER) AS status,
    CAST(200 + h(i, 27, 90000) AS BIGINT) AS bytes,
    (h(i, 28, 9000) + 5) / 8.0e0 AS latency_ms,
    CASE WHEN h(i, 29, 3) = 0 THEN NULL ELSE 'https://example.com/' || h(i, 30, 50) END AS referrer,
    ['Mozilla/5.0 (X11; Linux)', 'curl/8.5.0', 'Mozilla/5.0 (Macintosh)', 'bot/2.1'][h(i, 31, 4) + 1] AS user_agent,
    strftime(TIMESTAMP '2024-11-01 00:00:00' + to_milliseconds(CAST(i AS BIGINT) * 24192), '%Y-%m-%d') AS day
FROM range(0, 50000) AS r(i)
"""
_EVENTS: Final = """
SELECT printf('e-%06d', CAST(i AS INTEGER)) AS event_id,
    CAST(1 + h(i, 41, 2000) AS BIGINT) AS user_id,
    ['view', 'click', 'search', 'purchase'][h(i, 42, 4) + 1] AS kind,
    TIMESTAMP '2024-11-20 00:00:00' + to_milliseconds(CAST(i AS BIGINT) * 60480) AS happened_at,
    CASE WHEN h(i, 43, 11) = 0 THEN [] ELSE list_transform(range(1 + h(i, 44, 3)),
        lambda t: ['sale', 'mobile', 'new', 'vip', 'test'][h(i + t, 45, 5) + 1]) END AS tags,
    map(['browser', 'os'], [['firefox', 'chrome', 'safari'][h(i, 46, 3) + 1],
        ['linux', 'macos', 'windows', 'ios'][h(i, 47, 4) + 1]]) AS properties,
    struct_pack(city := ['Berlin', 'Paris', 'Osaka', 'Recife'][h(i, 48, 4) + 1],
        lat := (h(i, 49, 18000) - 9000) / 100.0e0, lon := (h(i, 50, 36000) - 18000) / 100.0e0) AS place,
    CASE WHEN h(i, 42, 4) = 3 THEN list_transform(range(1 + h(i, 51, 3)),
        lambda t: struct_pack(sku := 'SKU-' || h(i + t, 52, 99), price := CAST(h(i + t, 53, 9999) / 100.0 AS DECIMAL(8, 2)))) END AS items,
    '{"page":' || h(i, 54, 30) || ',"ref":' || CASE WHEN h(i, 55, 2) = 0 THEN 'null' ELSE '"mail"' END
        || ',"ab":["' || ['a', 'b'][h(i, 56, 2) + 1] || '"]}' AS payload
FROM range(0, 10000) AS r(i)
"""
_TABLES: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    ("customers", _CUSTOMERS, "", "People who order", "customer_id bigint,name string,email string,country string,plan string,signed_up date"),
    ("orders", _ORDERS, "month", "Orders of 2024, by month", "order_id bigint,customer_id bigint,amount decimal(10;2),quantity int,status string,currency string,coupon string,ordered_at timestamp,month string"),
    ("web_logs", _WEB_LOGS, "day", "Requests of two weeks, by day", "request_time timestamp,client_ip string,method string,path string,status int,bytes bigint,latency_ms double,referrer string,user_agent string,day string"),
    ("events", _EVENTS, "", "Events with arrays, maps, rows and JSON", "event_id string,user_id bigint,kind string,happened_at timestamp,tags array<string>,properties map<string;string>,place struct<city:string;lat:double;lon:double>,items array<struct<sku:string;price:decimal(8;2)>>,payload string"),
)  # fmt: skip
# A lake that was kept is written anew when what is generated has changed.
_MARK: Final = hashlib.sha256(repr((_HASH, _TABLES)).encode()).hexdigest()[:12]
_FOLDER: Final = f"samples/{_MARK}"


def write_samples(duck: Duck, catalog: LakeCatalog, lake: Lake) -> None:
    """Write the sample database unless it is there already."""
    existing = catalog.database(DATABASE)
    if existing is not None and existing.properties.get("samples") == _FOLDER:
        return
    for name, query, key, comment, columns in _TABLES:
        location = f"s3://{DATA_BUCKET}/{_FOLDER}/{name}/"
        folder = lake.path_of(location)
        folder.mkdir(parents=True, exist_ok=True)
        target = folder if key else folder / "data.parquet"
        options = (
            f", PARTITION_BY ({key}), OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'data'" if key else ""
        )
        duck.script(
            _HASH,
            f"COPY ({query}) TO {text(str(target))} (FORMAT parquet, COMPRESSION snappy{options})",
        )
        entries = tuple(_column(part) for part in columns.split(","))
        split = len(entries) - bool(key)
        found = partitions_below(folder, [key]) if key else []
        partitions = tuple(PartitionEntry(values, f"{location}{path}/") for values, path in found)
        entry = TableEntry(
            DATABASE, name, columns=entries[:split], partition_keys=entries[split:],
            partitions=partitions, location=location, comment=comment, options={"uniform": "true"},
        )  # fmt: skip
        catalog.add_database(existing or DatabaseEntry(DATABASE, "Generated sample data"))
        catalog.add_table(entry)
    done = DatabaseEntry(DATABASE, "Generated sample data", properties={"samples": _FOLDER})
    catalog.add_database(done)


def _column(part: str) -> ColumnEntry:
    name, _, kind = part.partition(" ")
    return ColumnEntry(name, kind.replace(";", ","))
