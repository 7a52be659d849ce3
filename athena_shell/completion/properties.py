"""What stands in the property lists of statements, and the libraries they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from athena_shell.completion.context import Context
from athena_shell.completion.offers import NEAR, Offer
from athena_shell.sql.tokens import Kind, Token

_TRUE_FALSE: Final = ("true", "false")
_COMPRESSIONS: Final = ("'SNAPPY'", "'ZSTD'", "'GZIP'", "'LZ4'", "'NONE'")
_FILE_FORMATS: Final = ("'PARQUET'", "'ORC'", "'AVRO'", "'JSON'", "'TEXTFILE'")

CTAS: Final[Mapping[str, tuple[str, ...]]] = {
    "format": _FILE_FORMATS,
    "write_compression": _COMPRESSIONS,
    "external_location": ("'s3://",),
    "partitioned_by": ("ARRAY[",),
    "bucketed_by": ("ARRAY[",),
    "bucket_count": (),
    "field_delimiter": ("','", "'|'"),
    "compression_level": (),
    "table_type": ("'ICEBERG'", "'HIVE'"),
    "is_external": _TRUE_FALSE,
    "location": ("'s3://",),
    "partitioning": ("ARRAY[",),
    "optimize_rewrite_data_file_threshold": (),
    "optimize_rewrite_delete_file_threshold": (),
    "optimize_rewrite_max_data_file_size_bytes": (),
    "optimize_rewrite_min_data_file_size_bytes": (),
    "vacuum_max_snapshot_age_seconds": (),
    "vacuum_min_snapshots_to_keep": (),
    "vacuum_max_metadata_files_to_keep": (),
}
"""https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html"""

UNLOAD: Final[Mapping[str, tuple[str, ...]]] = {
    "format": ("'PARQUET'", "'ORC'", "'AVRO'", "'JSON'", "'TEXTFILE'"),
    "compression": _COMPRESSIONS,
    "compression_level": (),
    "field_delimiter": ("','", "'|'"),
    "partitioned_by": ("ARRAY[",),
}
"""https://docs.aws.amazon.com/athena/latest/ug/unload.html"""

EXPLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "TYPE": ("LOGICAL", "DISTRIBUTED", "VALIDATE", "IO"),
    "FORMAT": ("TEXT", "JSON", "GRAPHVIZ"),
}
"""https://docs.aws.amazon.com/athena/latest/ug/athena-explain-statement.html"""

TABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "'classification'": ("'csv'", "'json'", "'parquet'", "'orc'", "'avro'"),
    "'compressionType'": ("'gzip'", "'snappy'", "'none'"),
    "'format'": ("'parquet'", "'orc'", "'avro'"),
    "'has_encrypted_data'": ("'true'", "'false'"),
    "'orc.compress'": ("'SNAPPY'", "'ZLIB'", "'NONE'"),
    "'parquet.compression'": ("'SNAPPY'", "'GZIP'", "'ZSTD'"),
    "'write.compression'": ("'SNAPPY'", "'GZIP'", "'ZSTD'"),
    "'write_compression'": ("'SNAPPY'", "'GZIP'", "'ZSTD'"),
    "'projection.enabled'": ("'true'", "'false'"),
    "'projection.COLUMN.type'": ("'enum'", "'integer'", "'date'", "'injected'"),
    "'projection.COLUMN.range'": (),
    "'projection.COLUMN.values'": (),
    "'projection.COLUMN.format'": ("'yyyy-MM-dd'", "'yyyy/MM/dd'"),
    "'projection.COLUMN.interval'": ("'1'",),
    "'projection.COLUMN.interval.unit'": ("'DAYS'", "'HOURS'", "'MONTHS'", "'YEARS'"),
    "'projection.COLUMN.digits'": (),
    "'skip.header.line.count'": ("'1'",),
    "'storage.location.template'": ("'s3://",),
    "'read_restored_glacier_objects'": ("'true'",),
    "'table_type'": ("'ICEBERG'",),
    "'vacuum_max_snapshot_age_seconds'": (),
    "'vacuum_min_snapshots_to_keep'": (),
}
"""https://docs.aws.amazon.com/athena/latest/ug/alter-table-set-tblproperties.html"""

SERDE: Final[Mapping[str, tuple[str, ...]]] = {
    "'field.delim'": ("','", "'\\t'"),
    "'serialization.format'": ("','", "'1'"),
    "'separatorChar'": ("','", "';'"),
    "'quoteChar'": ("'\"'",),
    "'escapeChar'": ("'\\\\'",),
    "'ignore.malformed.json'": ("'true'", "'false'"),
    "'dots.in.keys'": ("'true'", "'false'"),
    "'case.insensitive'": ("'true'", "'false'"),
    "'mapping.COLUMN'": (),
    "'input.regex'": (),
    "'input.format'": (),
    "'avro.schema.literal'": (),
    "'paths'": (),
}
"""https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html"""

SERDES: Final = (
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    "org.openx.data.jsonserde.JsonSerDe",
    "org.apache.hive.hcatalog.data.JsonSerDe",
    "com.amazon.ionhiveserde.IonHiveSerDe",
    "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    "org.apache.hadoop.hive.serde2.RegexSerDe",
    "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    "com.amazonaws.glue.serde.GrokSerDe",
    "com.amazon.emr.hive.serde.CloudTrailSerde",
)
"""https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html"""


def list_for(context: Context) -> Mapping[str, tuple[str, ...]] | None:
    """Return the properties that the brackets around the cursor can hold."""
    verb = context.words[0] if context.words else ""
    lists = {
        ("WITH", "CREATE"): CTAS,
        ("WITH", "UNLOAD"): UNLOAD,
        ("EXPLAIN", "EXPLAIN"): EXPLAIN,
    }
    if context.bracket == "TBLPROPERTIES":
        return TABLE
    if context.bracket == "SERDEPROPERTIES":
        return SERDE
    return lists.get((context.bracket or "", verb))


def properties(context: Context, known: Mapping[str, tuple[str, ...]]) -> Iterator[Offer]:
    """Yield a property's values behind its name, the names not used yet anywhere else."""
    items = context.before
    named = [item for item in items if isinstance(item, Token) and item.kind is not Kind.MARK]
    last = items[-1] if items else None
    equals = last is not None and last.mark == "="
    if equals or (known is EXPLAIN and last is not None and last.mark != ","):
        key = _key(named[-2 if equals else -1], known) if len(named) > equals else ""
        for value in known.get(key, ()):
            yield Offer(value.strip("'") if context.quote else value, "value", key, NEAR, value)
        return
    if last is not None and last.mark != ",":
        return
    used = {_key(item, known) for item in named}
    for key in known:
        if key not in used:
            insert = f"{key} " if known is EXPLAIN else f"{key} = "
            yield Offer(key.strip("'"), "property", "property", NEAR, insert, key)


def _key(token: Token, known: Mapping[str, tuple[str, ...]]) -> str:
    """Return the property that a token names, as the table writes it."""
    for text in (token.text, token.text.lower(), token.text.upper()):
        if text in known:
            return text
    return ""


def serdes() -> Iterator[Offer]:
    """Yield the SerDe libraries that Athena supports."""
    for name in SERDES:
        yield Offer(name, "value", "SerDe", NEAR, f"'{name}'", name)
