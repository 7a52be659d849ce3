"""The words of Athena SQL that are no names: keywords, constants and types.

Sources: https://trino.io/docs/current/language/reserved.html and Athena's list of reserved words
for DDL and for SELECT (https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html).
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.upper().split())


RESERVED: Final = _words("""
    alter and as between by case cast constraint create cross cube current_catalog current_date
    current_path current_role current_schema current_time current_timestamp current_user
    deallocate delete describe distinct drop else end escape except execute exists extract false
    for from full group grouping having in inner insert intersect into is join json_array
    json_exists json_object json_query json_table json_value left like listagg localtime
    localtimestamp natural normalize not null on or order outer prepare recursive right rollup
    select skip table then trim true uescape union unnest using values when where with
""")
"""Reserved in queries (Trino): such a name needs double quotes."""

RESERVED_IN_DDL: Final = _words("""
    all alter and array as authorization between bigint binary boolean both by case cashe cast char
    column conf constraint commit create cross cube current current_date current_timestamp cursor
    database date dayofweek decimal delete describe distinct div double drop else end exchange
    exists extended external extract false fetch float floor following for foreign from full
    function grant group grouping having if import in inner insert int integer intersect interval
    into is join lateral left less like local macro map more none not null numeric of on only or
    order out outer over partialscan partition percent preceding precision preserve primary
    procedure range reads reduce references regexp revoke right rlike rollback rollup row rows
    select set smallint start stored_as_directories table tablesample then time timestamp to
    transform trigger true truncate unbounded union uniquejoin update user using utc_timestamp
    values varchar views when where window with
""")
"""Reserved in Hive DDL: such a name needs backticks."""

CONSTANTS: Final = _words("true false null")

NONRESERVED: Final = _words("""
    absent add admin after all analyze any array asc at authorization bernoulli both buckets
    bucketed cascade catalogs clustered collection column columns comment commit committed
    conditional copartition count data database databases date day dbproperties default define
    delimited desc descriptor deny distributed double empty encoding error escaped excluding
    exec explain external extended fail fetch fields fileformat files filter final first following
    format formatted functions grace grant granted grants graphviz groups hour hours if ignore
    immediate include including initial input inputformat interval io items iterate keep key keys
    last lateral leading leave level limit lines local location logical map match match_recognize
    matched matches materialized measures merge millisecond minute minutes mode month msck nested
    next nfc nfd nfkc nfkd no none nullif nulls object of offset omit one only optimize option
    ordinality outputformat over overflow overlay overwrite partition partitioned partitions passing
    past path pattern per period permute plan position preceding precision privileges properties
    property prune purge quotes range read refresh regexp rename repair repeat replace reset
    respect restrict returning revoke rewrite rlike role roles row rows running scalar schema
    schemas second security seek serde serdeproperties set sets show skewed some sorted start stats
    stored substring subset system tables tablesample tblproperties temporary terminated text
    ties time timestamp to touch trailing transaction trigger true truncate try_cast type unbounded
    uncommitted unconditional unique unknown unload unmatched update use user utf16 utf32 utf8
    vacuum validate value verbose version view views week window within without work wrapper write
    year years zone bin_pack data distinct
""")
"""Words with a meaning in some place only; they may be names without quotes."""

KEYWORDS: Final = RESERVED | NONRESERVED

TYPES: Final = _words("""
    array bigint binary boolean char date decimal double float hyperloglog int integer interval
    ipaddress json map p4hyperloglog qdigest real row smallint string struct tdigest time timestamp
    tinyint uniontype uuid varbinary varchar
""")
"""Types of queries and of DDL."""

QUERY_TYPES: Final = (
    "array", "bigint", "boolean", "char", "date", "decimal", "double", "integer",
    "interval day to second", "interval year to month", "ipaddress", "json", "map", "real", "row",
    "smallint", "time", "timestamp", "timestamp with time zone", "tinyint", "uuid", "varbinary",
    "varchar",
)  # fmt: skip
"""What may follow ``CAST(x AS``."""

DDL_TYPES: Final = (
    "array", "bigint", "binary", "boolean", "char", "date", "decimal", "double", "float", "int",
    "map", "smallint", "string", "struct", "timestamp", "tinyint", "varchar",
)  # fmt: skip
"""What may follow a column name in ``CREATE EXTERNAL TABLE``
(https://docs.aws.amazon.com/athena/latest/ug/data-types.html)."""
