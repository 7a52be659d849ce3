"""What may come next, by the words before the cursor: the table of Athena's grammar.

Sources: https://docs.aws.amazon.com/athena/latest/ug/language-reference.html and Trino's grammar.
Placeholders in angle brackets stand for names that the catalog knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

VERBS: Final = (
    "SELECT", "WITH", "SHOW", "DESCRIBE", "USE", "EXPLAIN", "EXPLAIN ANALYZE", "INSERT INTO",
    "CREATE TABLE", "CREATE EXTERNAL TABLE", "CREATE VIEW", "CREATE OR REPLACE VIEW",
    "CREATE DATABASE", "CREATE SCHEMA", "CREATE PROTECTED MULTI DIALECT VIEW", "ALTER TABLE",
    "ALTER DATABASE", "ALTER VIEW", "DROP TABLE", "DROP VIEW", "DROP DATABASE", "DROP SCHEMA",
    "UNLOAD (", "DELETE FROM", "UPDATE", "MERGE INTO", "OPTIMIZE", "VACUUM", "MSCK REPAIR TABLE",
    "PREPARE", "EXECUTE", "DEALLOCATE PREPARE", "VALUES", "TABLE",
)  # fmt: skip
"""How statements begin, the most used first."""

_EXISTING: Final = ("IF EXISTS",)
_NEW: Final = ("IF NOT EXISTS",)
_TABLE_BODY: Final = (
    "PARTITIONED BY (", "CLUSTERED BY (", "ROW FORMAT SERDE", "ROW FORMAT DELIMITED", "STORED AS",
    "LOCATION", "TBLPROPERTIES (", "COMMENT", "WITH SERDEPROPERTIES (", "AS SELECT", "WITH (",
)  # fmt: skip
_FORMATS: Final = ("PARQUET", "ORC", "AVRO", "TEXTFILE", "SEQUENCEFILE", "RCFILE", "ION",
                   "INPUTFORMAT")  # fmt: skip
_DELIMITED: Final = (
    "FIELDS TERMINATED BY", "ESCAPED BY", "COLLECTION ITEMS TERMINATED BY",
    "MAP KEYS TERMINATED BY", "LINES TERMINATED BY", "NULL DEFINED AS", "STORED AS", "LOCATION",
    "TBLPROPERTIES (",
)  # fmt: skip
_ALTER: Final = (
    "ADD COLUMNS (", "ADD PARTITION (", "ADD IF NOT EXISTS PARTITION (", "DROP PARTITION (",
    "DROP IF EXISTS PARTITION (", "DROP COLUMN", "RENAME PARTITION (", "RENAME TO",
    "REPLACE COLUMNS (", "CHANGE COLUMN", "SET LOCATION", "SET TBLPROPERTIES (",
    "UNSET TBLPROPERTIES (", "PARTITION (",
)  # fmt: skip

RULES: Final[dict[str, tuple[str, ...]]] = {
    "SHOW": (
        "TABLES", "TABLES IN", "DATABASES", "SCHEMAS", "COLUMNS IN", "COLUMNS FROM", "PARTITIONS",
        "CREATE TABLE", "CREATE VIEW", "TBLPROPERTIES", "VIEWS", "VIEWS IN",
    ),
    "SHOW CREATE": ("TABLE", "VIEW"),
    "SHOW CREATE TABLE": ("<table>", "<database>"),
    "SHOW CREATE VIEW": ("<view>", "<database>"),
    "SHOW PARTITIONS": ("<table>", "<database>"),
    "SHOW TBLPROPERTIES": ("<table>", "<database>"),
    "SHOW COLUMNS": ("IN", "FROM"),
    "SHOW COLUMNS IN": ("<relation>", "<database>"),
    "SHOW COLUMNS FROM": ("<relation>", "<database>"),
    "SHOW COLUMNS IN @": ("IN", "FROM"),
    "SHOW COLUMNS FROM @": ("IN", "FROM"),
    "SHOW COLUMNS IN @ IN": ("<database>",),
    "SHOW COLUMNS FROM @ FROM": ("<database>",),
    "SHOW TABLES": ("IN", "LIKE"),
    "SHOW TABLES IN": ("<database>",),
    "SHOW VIEWS": ("IN", "LIKE"),
    "SHOW VIEWS IN": ("<database>",),
    "SHOW DATABASES": ("LIKE",),
    "SHOW SCHEMAS": ("LIKE",),
    "DESCRIBE": ("<relation>", "<database>", "EXTENDED", "FORMATTED"),
    "DESCRIBE EXTENDED": ("<relation>", "<database>"),
    "DESCRIBE FORMATTED": ("<relation>", "<database>"),
    "DESCRIBE @": ("PARTITION (",),
    "DESC": ("<relation>", "<database>"),
    "USE": ("<database>", "<catalog>"),
    "EXPLAIN": ("ANALYZE", "SELECT", "WITH", "(TYPE VALIDATE)", "(TYPE LOGICAL)",
                "(TYPE DISTRIBUTED)", "(TYPE IO, FORMAT JSON)", "(FORMAT JSON)",
                "(FORMAT GRAPHVIZ)", "INSERT INTO", "DELETE FROM", "UPDATE"),
    "EXPLAIN ()": ("SELECT", "WITH", "INSERT INTO", "DELETE FROM", "UPDATE", "UNLOAD ("),
    "EXPLAIN ANALYZE": ("SELECT", "WITH", "VERBOSE", "INSERT INTO"),
    "EXPLAIN ANALYZE VERBOSE": ("SELECT", "WITH", "INSERT INTO"),
    "INSERT": ("INTO",),
    "INSERT INTO": ("<table>", "<database>"),
    "INSERT INTO @": ("SELECT", "VALUES", "WITH", "("),
    "INSERT INTO @ ()": ("SELECT", "VALUES", "WITH"),
    "DELETE": ("FROM",),
    "DELETE FROM": ("<table>", "<database>"),
    "DELETE FROM @": ("WHERE",),
    "UPDATE": ("<table>", "<database>"),
    "UPDATE @": ("SET",),
    "MERGE": ("INTO",),
    "MERGE INTO": ("<table>", "<database>"),
    "MERGE INTO @": ("USING", "AS"),
    "OPTIMIZE": ("<table>", "<database>"),
    "OPTIMIZE @": ("REWRITE DATA USING BIN_PACK",),
    "OPTIMIZE @ REWRITE": ("DATA USING BIN_PACK",),
    "OPTIMIZE @ REWRITE DATA": ("USING BIN_PACK",),
    "OPTIMIZE @ REWRITE DATA USING": ("BIN_PACK",),
    "OPTIMIZE @ REWRITE DATA USING BIN_PACK": ("WHERE",),
    "VACUUM": ("<table>", "<database>"),
    "MSCK": ("REPAIR TABLE",),
    "MSCK REPAIR": ("TABLE",),
    "MSCK REPAIR TABLE": ("<table>", "<database>"),
    "TABLE": ("<relation>", "<database>"),
    "PREPARE": (),
    "PREPARE @": ("FROM",),
    "PREPARE @ FROM": ("SELECT", "WITH", "INSERT INTO", "UNLOAD (", "CREATE TABLE"),
    "EXECUTE": ("<prepared>",),
    "EXECUTE @": ("USING",),
    "DEALLOCATE": ("PREPARE",),
    "DEALLOCATE PREPARE": ("<prepared>",),
    "DROP": ("TABLE", "TABLE IF EXISTS", "VIEW", "VIEW IF EXISTS", "DATABASE",
             "DATABASE IF EXISTS", "SCHEMA"),
    "DROP TABLE": ("<table>", "<database>", *_EXISTING),
    "DROP TABLE IF": ("EXISTS",),
    "DROP TABLE IF EXISTS": ("<table>", "<database>"),
    "DROP VIEW": ("<view>", "<database>", *_EXISTING),
    "DROP VIEW IF": ("EXISTS",),
    "DROP VIEW IF EXISTS": ("<view>", "<database>"),
    "DROP DATABASE": ("<database>", *_EXISTING),
    "DROP DATABASE IF EXISTS": ("<database>",),
    "DROP DATABASE @": ("CASCADE", "RESTRICT"),
    "DROP DATABASE IF EXISTS @": ("CASCADE", "RESTRICT"),
    "DROP SCHEMA": ("<database>", *_EXISTING),
    "DROP SCHEMA IF EXISTS": ("<database>",),
    "DROP SCHEMA @": ("CASCADE", "RESTRICT"),
    "ALTER": ("TABLE", "DATABASE", "SCHEMA", "VIEW"),
    "ALTER TABLE": ("<table>", "<database>"),
    "ALTER TABLE @": _ALTER,
    "ALTER TABLE @ ADD": ("COLUMNS (", "PARTITION (", "IF NOT EXISTS PARTITION ("),
    "ALTER TABLE @ DROP": ("PARTITION (", "IF EXISTS PARTITION (", "COLUMN"),
    "ALTER TABLE @ DROP COLUMN": ("<column>",),
    "ALTER TABLE @ CHANGE": ("COLUMN", "<column>"),
    "ALTER TABLE @ CHANGE COLUMN": ("<column>",),
    "ALTER TABLE @ CHANGE COLUMN @ @": ("<type>",),
    "ALTER TABLE @ RENAME": ("TO", "PARTITION ("),
    "ALTER TABLE @ REPLACE": ("COLUMNS (",),
    "ALTER TABLE @ SET": ("LOCATION", "TBLPROPERTIES ("),
    "ALTER TABLE @ UNSET": ("TBLPROPERTIES (",),
    "ALTER TABLE @ PARTITION ()": ("SET LOCATION", "RENAME TO PARTITION ("),
    "ALTER TABLE @ ADD PARTITION ()": ("LOCATION", "PARTITION ("),
    "ALTER TABLE @ RENAME PARTITION ()": ("TO PARTITION (",),
    "ALTER DATABASE": ("<database>",),
    "ALTER DATABASE @": ("SET DBPROPERTIES (",),
    "ALTER SCHEMA": ("<database>",),
    "ALTER SCHEMA @": ("SET DBPROPERTIES (",),
    "ALTER VIEW": ("<view>", "<database>"),
    "ALTER VIEW @": ("DIALECT",),
    "CREATE": ("TABLE", "EXTERNAL TABLE", "VIEW", "OR REPLACE VIEW", "DATABASE", "SCHEMA",
               "EXTERNAL TABLE IF NOT EXISTS", "TABLE IF NOT EXISTS",
               "PROTECTED MULTI DIALECT VIEW"),
    "CREATE OR": ("REPLACE VIEW",),
    "CREATE OR REPLACE": ("VIEW",),
    "CREATE EXTERNAL": ("TABLE",),
    "CREATE EXTERNAL TABLE": (*_NEW, "<database>"),
    "CREATE EXTERNAL TABLE IF": ("NOT EXISTS",),
    "CREATE EXTERNAL TABLE IF NOT": ("EXISTS",),
    "CREATE EXTERNAL TABLE IF NOT EXISTS": ("<database>",),
    "CREATE TABLE": (*_NEW, "<database>"),
    "CREATE TABLE IF": ("NOT EXISTS",),
    "CREATE TABLE IF NOT EXISTS": ("<database>",),
    "CREATE TABLE @": ("AS", "AS SELECT", "WITH (", "("),
    "CREATE TABLE IF NOT EXISTS @": ("AS", "AS SELECT", "WITH (", "("),
    "CREATE TABLE @ WITH": ("(",),
    "CREATE TABLE @ WITH ()": ("AS", "AS SELECT", "AS WITH"),
    "CREATE TABLE @ AS": ("SELECT", "WITH", "VALUES"),
    "CREATE TABLE @ WITH () AS": ("SELECT", "WITH", "VALUES"),
    "CREATE EXTERNAL TABLE @": ("(", "LIKE"),
    "CREATE VIEW": (*_NEW, "<view>", "<database>"),
    "CREATE OR REPLACE VIEW": ("<view>", "<database>"),
    "CREATE VIEW @": ("AS", "AS SELECT"),
    "CREATE OR REPLACE VIEW @": ("AS", "AS SELECT"),
    "CREATE VIEW @ AS": ("SELECT", "WITH"),
    "CREATE OR REPLACE VIEW @ AS": ("SELECT", "WITH"),
    "CREATE DATABASE": _NEW,
    "CREATE DATABASE @": ("COMMENT", "LOCATION", "WITH DBPROPERTIES ("),
    "CREATE DATABASE IF NOT EXISTS @": ("COMMENT", "LOCATION", "WITH DBPROPERTIES ("),
    "CREATE SCHEMA": _NEW,
    "CREATE SCHEMA @": ("COMMENT", "LOCATION", "WITH DBPROPERTIES ("),
    "UNLOAD": ("(",),
    "UNLOAD ()": ("TO",),
    "UNLOAD () TO $": ("WITH (",),
    "VALUES": (),
}  # fmt: skip
"""Anchored: the key is all that stands before the cursor."""

SUFFIX_RULES: Final[dict[str, tuple[str, ...]]] = {
    "ROW": ("FORMAT SERDE", "FORMAT DELIMITED"),
    "ROW FORMAT": ("SERDE", "DELIMITED"),
    "ROW FORMAT SERDE": ("<serde>",),
    "ROW FORMAT SERDE $": ("WITH SERDEPROPERTIES (", "STORED AS", "LOCATION", "TBLPROPERTIES ("),
    "ROW FORMAT DELIMITED": _DELIMITED,
    "TERMINATED BY $": _DELIMITED,
    "ESCAPED BY $": _DELIMITED,
    "STORED": ("AS",),
    "STORED AS": _FORMATS,
    "PARTITIONED": ("BY (",),
    "PARTITIONED BY ()": _TABLE_BODY,
    "CLUSTERED BY ()": ("INTO",),
    "INTO $": ("BUCKETS",),
    "WITH SERDEPROPERTIES ()": ("STORED AS", "LOCATION", "TBLPROPERTIES ("),
    "LOCATION $": ("TBLPROPERTIES (",),
    "STORED AS @": ("LOCATION", "TBLPROPERTIES ("),
    "TABLE @ ()": _TABLE_BODY,
    "EXISTS @ ()": _TABLE_BODY,
}
"""Not anchored: the key is the last words of a CREATE TABLE before the cursor."""

EXPRESSION_AFTER: Final = (
    "AND", "OR", "IN (", "NOT IN (", "LIKE", "NOT LIKE", "BETWEEN", "IS NULL", "IS NOT NULL",
    "IS DISTINCT FROM", "NOT BETWEEN", "AT TIME ZONE", "ESCAPE",
)  # fmt: skip
EXPRESSION_START: Final = ("CASE", "NOT", "EXISTS (", "CAST(", "TRY_CAST(", "NULL", "TRUE", "FALSE",
                           "INTERVAL", "DATE", "TIMESTAMP", "ARRAY[", "ROW(", "MAP(")  # fmt: skip
SET_OPERATIONS: Final = ("UNION", "UNION ALL", "EXCEPT", "INTERSECT")
JOINS: Final = ("JOIN", "LEFT JOIN", "INNER JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN",
                "CROSS JOIN UNNEST(")  # fmt: skip
_TAIL: Final = ("ORDER BY", "LIMIT", "OFFSET", *SET_OPERATIONS)

AFTER_OPERAND: Final[dict[str, tuple[str, ...]]] = {
    "SELECT": ("FROM", "AS", "OVER (", "FILTER (WHERE", "WITHIN GROUP (", *EXPRESSION_AFTER,
               *SET_OPERATIONS),
    "FROM": ("WHERE", *JOINS, "AS", "GROUP BY", "HAVING", *_TAIL, "TABLESAMPLE",
             "FOR TIMESTAMP AS OF", "FOR VERSION AS OF"),
    "ON": ("AND", "OR", "WHERE", *JOINS, "GROUP BY", *_TAIL, *EXPRESSION_AFTER),
    "WHERE": ("AND", "OR", "GROUP BY", "HAVING", *_TAIL, *EXPRESSION_AFTER),
    "HAVING": ("AND", "OR", *_TAIL, *EXPRESSION_AFTER),
    "GROUP BY": ("HAVING", *_TAIL, "WINDOW"),
    "ORDER BY": ("ASC", "DESC", "NULLS FIRST", "NULLS LAST", "LIMIT", "OFFSET",
                 "ROWS BETWEEN", "RANGE BETWEEN"),
    "PARTITION BY": ("ORDER BY", "ROWS BETWEEN", "RANGE BETWEEN"),
    "LIMIT": SET_OPERATIONS,
    "OFFSET": ("ROWS", "LIMIT", "FETCH FIRST"),
    "FETCH": ("ROWS ONLY", "ROWS WITH TIES"),
    "SET": ("WHERE", *EXPRESSION_AFTER),
    "USING": ("ON", "WHERE", *JOINS, "GROUP BY", *_TAIL),
    "WHEN": ("THEN", "AND", "OR", "MATCHED THEN", "NOT MATCHED THEN", *EXPRESSION_AFTER),
    "WITH": ("AS (", "SELECT"),
    "UNION": ("ALL", "DISTINCT", "SELECT"),
    "VALUES": (),
    "JOIN": ("ON", "USING (", "AS", *JOINS, "WHERE", "GROUP BY", *_TAIL),
    "UPDATE": ("SET",),
}  # fmt: skip
"""What may follow a finished operand in a clause of a query."""

AFTER_WORD: Final[dict[str, tuple[str, ...]]] = {
    "GROUP": ("BY",), "ORDER": ("BY",), "PARTITION": ("BY",), "LEFT": ("JOIN", "OUTER JOIN"),
    "RIGHT": ("JOIN", "OUTER JOIN"), "FULL": ("JOIN", "OUTER JOIN"), "INNER": ("JOIN",),
    "CROSS": ("JOIN", "JOIN UNNEST("), "OUTER": ("JOIN",), "NATURAL": ("JOIN",),
    "UNION": ("ALL", "SELECT", "DISTINCT"), "EXCEPT": ("SELECT", "ALL"),
    "INTERSECT": ("SELECT", "ALL"), "ALL": ("SELECT",), "IS": ("NULL", "NOT NULL", "DISTINCT FROM"),
    "NULLS": ("FIRST", "LAST"), "INSERT": ("INTO",), "MATCHED": ("THEN", "AND"),
    "RECURSIVE": (), "ROWS": ("BETWEEN", "UNBOUNDED PRECEDING", "CURRENT ROW", "ONLY"),
    "RANGE": ("BETWEEN", "UNBOUNDED PRECEDING", "CURRENT ROW"), "FETCH": ("FIRST",),
    "UNBOUNDED": ("PRECEDING", "FOLLOWING"), "CURRENT": ("ROW",), "OVER": ("(",),
    "TABLESAMPLE": ("BERNOULLI (", "SYSTEM ("), "EXISTS": ("(",), "WITHIN": ("GROUP (",),
    "FILTER": ("(WHERE",), "FOR": ("TIMESTAMP AS OF", "VERSION AS OF"),
}  # fmt: skip
"""What must follow a word of a query that is half a phrase."""


_FRAME: Final = ("UNBOUNDED PRECEDING", "CURRENT ROW")
PAIRS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("ROWS", "BETWEEN"): _FRAME, ("RANGE", "BETWEEN"): _FRAME, ("GROUPS", "BETWEEN"): _FRAME,
    ("PRECEDING", "AND"): ("CURRENT ROW", "UNBOUNDED FOLLOWING"), ("ROW", "AND"): (
        "UNBOUNDED FOLLOWING",),
}  # fmt: skip
"""What must follow two words that tell more than the last alone."""

WINDOW: Final = ("PARTITION BY", "ORDER BY", "ROWS BETWEEN", "RANGE BETWEEN")
"""What a window may begin with."""

_MATCHED: Final = ("MATCHED THEN", "MATCHED AND")
MERGE_RULES: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("WHEN",): (*_MATCHED, *(f"NOT {each}" for each in _MATCHED)),
    ("WHEN", "NOT"): _MATCHED,
    ("WHEN", "MATCHED", "THEN"): ("UPDATE SET", "DELETE"),
    ("NOT", "MATCHED", "THEN"): ("INSERT", "INSERT ("),
    ("THEN", "INSERT"): ("VALUES (", "("),
    ("THEN", "UPDATE"): ("SET",),
}
"""What follows the last words of a MERGE."""


def following(words: Sequence[str]) -> tuple[str, ...] | None:
    """Return what may come after these words; ``None`` where the table says nothing."""
    found = RULES.get(" ".join(words))
    if found is not None or not words or words[0] != "CREATE":
        return found
    for count in range(min(4, len(words)), 0, -1):
        found = SUFFIX_RULES.get(" ".join(words[-count:]))
        if found is not None:
            return found
    return None
