# ruff: noqa: E501 - each macro or template is read as one text
"""Hashes that other programs must agree with."""

from __future__ import annotations

from typing import Final

# Murmur3 (x86, 32 bits, seed 0), which Iceberg's buckets are made of; arithmetic modulo 2 ** 32.
HASH_MACROS: Final = r"""
a_murmur_part(k) AS (((((k * 3432918353::UBIGINT) & 4294967295) << 15) & 4294967295) | (((k * 3432918353::UBIGINT) & 4294967295) >> 17)) * 461845907::UBIGINT & 4294967295;
a_murmur_step(h, k) AS (((xor(h, k) << 13) & 4294967295) | (xor(h, k) >> 19)) * 5 + 3864292196 & 4294967295;
a_murmur_fold(h, s, p) AS xor(h, h >> s) * p & 4294967295;
a_murmur_last(h) AS xor(h, h >> 16);
a_murmur_end(h, n) AS a_murmur_last(a_murmur_fold(a_murmur_fold(xor(h, n), 16, 2246822507::UBIGINT), 13, 3266489909::UBIGINT));
a_murmur_long(v) AS a_murmur_end(a_murmur_step(a_murmur_step(0::UBIGINT, a_murmur_part(CAST(v & 4294967295 AS UBIGINT))), a_murmur_part(CAST((v >> 32) & 4294967295 AS UBIGINT))), 8::UBIGINT);
a_murmur_block(x, i) AS CAST('0x' || substr(x, i + 6, 2) || substr(x, i + 4, 2) || substr(x, i + 2, 2) || substr(x, i, 2) AS UBIGINT);
a_murmur_tail(x, n) AS CASE n % 4 WHEN 0 THEN 0::UBIGINT ELSE a_murmur_part(CAST('0x' || array_to_string(list_transform(range(n % 4), lambda j: substr(x, (n - j) * 2 - 1, 2)), '') AS UBIGINT)) END;
a_murmur_hex(x, n) AS a_murmur_end(xor(list_reduce(list_concat([0::UBIGINT], list_transform(range(0, n // 4), lambda i: a_murmur_block(x, i * 8 + 1))), lambda h, k: a_murmur_step(h, a_murmur_part(k))), a_murmur_tail(x, n)), n::UBIGINT);
a_murmur_blob(b) AS a_murmur_hex(hex(b), octet_length(b));
a_iceberg_bucket(h, n) AS CAST((h & 2147483647) % n AS INTEGER);
"""
