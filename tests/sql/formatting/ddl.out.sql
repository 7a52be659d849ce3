CREATE EXTERNAL TABLE IF NOT EXISTS logs (
    ip string COMMENT 'address',
    `timestamp` bigint,
    tags array<string>,
    s struct<a:int, b:string>
)
PARTITIONED BY (day string)
row FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
STORED AS parquet
LOCATION 's3://bucket/logs/'
TBLPROPERTIES (
    'a' = 'b',
    'c' = 'd'
);
INSERT INTO t (a, b)
SELECT
    a,
    b
FROM u
WHERE a IN (
    SELECT x
    FROM v
)
UNION ALL
SELECT
    1,
    2;
MERGE INTO t USING s ON t.id = s.id
WHEN MATCHED THEN UPDATE
SET a = s.a
WHEN NOT MATCHED THEN INSERT (id, a)
VALUES (s.id, s.a);
