# ruff: noqa: E501 - each macro or template is read as one text
"""Functions of durations, sizes of data, distances, bytes and sounds."""

from __future__ import annotations

from typing import Final


def _crc_table() -> str:
    numbers = []
    for start in range(256):
        value = start
        for _ in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
        numbers.append(str(value))
    return ", ".join(numbers)


MEASURES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "combinations": (("ai", "a_combinations({args})"),),
    "crc32": (("v", "a_crc32({0})"),),
    "from_base32": (("s", "a_from_base32({0})"), ("v", "a_from_base32(decode({0}))")),
    "from_big_endian_32": (("v", "a_from_big_endian_32({0})"),),
    "from_big_endian_64": (("v", "a_from_big_endian_64({0})"),),
    "great_circle_distance": (("ffff", "a_great_circle({args})"),),
    "hmac_md5": (("vv", "a_hmac_md5({args})"),),
    "hmac_sha1": (("vv", "a_hmac_sha1({args})"),),
    "hmac_sha256": (("vv", "a_hmac_sha256({args})"),),
    "multimap_from_entries": (("a", "a_multimap_of(a_pairs({0}))"),),
    "parse_data_size": (("s", "a_data_size({0})"),),
    "parse_duration": (("s", "a_duration({0})"),),
    "parse_presto_data_size": (("s", "a_data_size({0})"),),
    "soundex": (("s", "a_soundex({0})"),),
    "to_base32": (("v", "a_to_base32({0})"),),
    "wilson_interval_lower": (("iif", "a_wilson({args}, -1)"),),
    "wilson_interval_upper": (("iif", "a_wilson({args}, 1)"),),
}

MEASURE_MACROS: Final = rf"""
a_bytes(b) AS list_transform(range(octet_length(b)), lambda i: CAST('0x' || substr(hex(b), i * 2 + 1, 2) AS BIGINT));
a_crc32(b) AS CAST(xor(list_reduce(a_bytes(b), lambda c, x: xor(a_crc_table()[(xor(c, x) & 255) + 1], c >> 8), 4294967295), 4294967295) AS BIGINT);
a_crc_table() AS CAST([{_crc_table()}] AS BIGINT[]);
a_from_big_endian_32(b) AS CASE WHEN octet_length(b) = 4 THEN a_signed(CAST('0x' || hex(b) AS BIGINT), 2147483648)
    ELSE a_fail('INVALID_FUNCTION_ARGUMENT|expected 4-byte input, but got instead: ' || CAST(octet_length(b) AS VARCHAR), 0) END;
a_signed(n, h) AS CAST(n - CASE WHEN n >= h THEN 2 * h ELSE 0 END AS INTEGER);
a_from_big_endian_64(b) AS CASE WHEN octet_length(b) = 8 THEN a_signed_long(CAST('0x' || hex(b) AS HUGEINT))
    ELSE a_fail('INVALID_FUNCTION_ARGUMENT|expected 8-byte input, but got: ' || CAST(octet_length(b) AS VARCHAR), CAST(0 AS BIGINT)) END;
a_signed_long(n) AS CAST(n - CASE WHEN n >= 9223372036854775808 THEN 18446744073709551616 ELSE 0 END AS BIGINT);
a_great_circle(a, b, c, d) AS CASE
    WHEN a < -90 OR a > 90 OR c < -90 OR c > 90 THEN a_fail('INVALID_FUNCTION_ARGUMENT|Latitude must be between -90 and 90', a)
    WHEN b < -180 OR b > 180 OR d < -180 OR d > 180 THEN a_fail('INVALID_FUNCTION_ARGUMENT|Longitude must be between -180 and 180', a)
    ELSE a_great_arc(radians(a), radians(c), radians(b - d)) END;
a_great_arc(a, c, l) AS atan2(
    sqrt(pow(cos(c) * sin(l), 2) + pow(cos(a) * sin(c) - sin(a) * cos(c) * cos(l), 2)),
    sin(a) * sin(c) + cos(a) * cos(c) * cos(l)) * CAST(6371.01 AS DOUBLE);
a_pad(h, n) AS unhex(array_to_string(list_transform(range(64), lambda i: lpad(hex(xor(CAST('0x' || substr(rpad(h, 128, '0'), i * 2 + 1, 2) AS BIGINT), n)), 2, '0')), ''));
a_key_md5(k) AS CASE WHEN octet_length(k) > 64 THEN md5(k) ELSE hex(k) END;
a_key_sha1(k) AS CASE WHEN octet_length(k) > 64 THEN sha1(k) ELSE hex(k) END;
a_key_sha256(k) AS CASE WHEN octet_length(k) > 64 THEN sha256(k) ELSE hex(k) END;
a_hmac_md5(m, k) AS unhex(md5(a_pad(a_key_md5(k), 92) || unhex(md5(a_pad(a_key_md5(k), 54) || m))));
a_hmac_sha1(m, k) AS unhex(sha1(a_pad(a_key_sha1(k), 92) || unhex(sha1(a_pad(a_key_sha1(k), 54) || m))));
a_hmac_sha256(m, k) AS unhex(sha256(a_pad(a_key_sha256(k), 92) || unhex(sha256(a_pad(a_key_sha256(k), 54) || m))));
a_pairs(a) AS list_transform(a, lambda e: struct_pack(k := struct_extract_at(e, 1), v := struct_extract_at(e, 2)));
a_data_size(t) AS CASE WHEN NOT regexp_full_match(t, '\d+(\.\d+)?(B|kB|MB|GB|TB|PB|EB|ZB|YB)')
    THEN a_fail('INVALID_FUNCTION_ARGUMENT|Invalid data size: ''' || t || '''', CAST(0 AS DECIMAL(38, 0)))
    ELSE CAST(trunc(CAST(regexp_extract(t, '^[\d.]+') AS DECIMAL(38, 10))
        * a_data_unit(list_position(['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'], regexp_extract(t, '[A-Za-z]+$')))) AS DECIMAL(38, 0)) END;
a_data_unit(n) AS CAST(pow(CAST(1024 AS DOUBLE), n - 1) AS DECIMAL(28, 0));
a_duration(t) AS CASE WHEN NOT regexp_full_match(t, '\s*\d+(\.\d+)?\s*(ns|us|ms|s|m|h|d)\s*')
    THEN a_fail('INVALID_FUNCTION_ARGUMENT|duration is not a valid data duration string: ' || t, INTERVAL 0 SECOND)
    ELSE to_milliseconds(CAST(round(CAST(regexp_extract(t, '[\d.]+') AS DOUBLE)
        * a_duration_unit(regexp_extract(t, '[a-z]+'))) AS BIGINT)) END;
a_duration_unit(u) AS CAST(CASE u WHEN 'ns' THEN 1e-6 WHEN 'us' THEN 1e-3 WHEN 'ms' THEN 1 WHEN 's' THEN 1e3
    WHEN 'm' THEN 6e4 WHEN 'h' THEN 36e5 ELSE 864e5 END AS DOUBLE);
a_soundex(t) AS a_sounded(upper(regexp_replace(t, '[^A-Za-z]', '', 'g')));
a_sounded(t) AS CASE WHEN t = '' THEN '' ELSE left(t, 1) || rpad(left(replace(substr(a_collapsed(translate(
    left(t, 1) || regexp_replace(substr(t, 2), '[HW]', '', 'g'),
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '01230120022455012623010202')), 2), '0', ''), 3), 3, '0') END;
a_collapsed(d) AS a_once(a_once(a_once(a_once(a_once(a_once(a_once(d, '0'), '1'), '2'), '3'), '4'), '5'), '6');
a_once(t, c) AS regexp_replace(t, c || '+', c, 'g');
a_wilson(s, n, z, d) AS CASE
    WHEN s < 0 THEN a_fail('INVALID_FUNCTION_ARGUMENT|number of successes must not be negative', z)
    WHEN n <= 0 THEN a_fail('INVALID_FUNCTION_ARGUMENT|number of trials must be positive', z)
    WHEN s > n THEN a_fail('INVALID_FUNCTION_ARGUMENT|number of successes must not be larger than number of trials', z)
    WHEN z < 0 THEN a_fail('INVALID_FUNCTION_ARGUMENT|z-score must not be negative', z)
    ELSE a_wilson_bound(CAST(s AS DOUBLE) / n, CAST(n AS DOUBLE), z, d) END;
a_wilson_bound(p, n, z, d) AS (p + z * z / (2 * n) + d * z * sqrt((p * (1 - p) + z * z / (4 * n)) / n)) / (1 + z * z / n);
a_combinations(a, n) AS CASE
    WHEN a IS NULL OR n IS NULL THEN NULL
    WHEN n < 0 OR n > 5 THEN a_fail('INVALID_FUNCTION_ARGUMENT|combination size must not be negative or greater than 5: ' || CAST(n AS VARCHAR), [a])
    ELSE list_transform(CASE n WHEN 0 THEN [CAST([] AS BIGINT[])] WHEN 1 THEN a_ones(len(a)) WHEN 2 THEN a_twos(len(a))
        WHEN 3 THEN a_threes(len(a)) WHEN 4 THEN a_fours(len(a)) ELSE a_fives(len(a)) END,
        lambda c: list_transform(c, lambda i: a[i])) END;
a_ones(n) AS list_transform(range(1, CAST(n AS BIGINT) + 1), lambda i: [i]);
a_larger(c, n) AS flatten(list_transform(range(1, CAST(n AS BIGINT) + 1), lambda j: list_transform(list_filter(c, lambda x: x[-1] < j), lambda x: list_append(x, j))));
a_twos(n) AS a_larger(a_ones(n), n);
a_threes(n) AS a_larger(a_twos(n), n);
a_fours(n) AS a_larger(a_threes(n), n);
a_fives(n) AS a_larger(a_fours(n), n);
a_digits32() AS 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
a_to_base32(b) AS CASE WHEN octet_length(b) = 0 THEN '' ELSE a_padded32(array_to_string(list_transform(
    range((octet_length(b) * 8 + 4) // 5), lambda i: substr(a_digits32(), CAST('0b' ||
    substr(rpad(CAST(CAST(b AS BIT) AS VARCHAR), CAST(octet_length(b) * 8 + 5 AS INTEGER), '0'), i * 5 + 1, 5) AS INTEGER) + 1, 1)), '')) END;
a_padded32(t) AS rpad(t, CAST((length(t) + 7) // 8 * 8 AS INTEGER), '=');
a_from_base32(t) AS CASE WHEN NOT regexp_full_match(t, '[A-Z2-7]*=*')
    THEN a_fail('INVALID_FUNCTION_ARGUMENT|Invalid input: ' || t, encode(''))
    ELSE a_from_bits(array_to_string(list_transform(string_split(rtrim(t, '='), ''), lambda c: lpad(bin(strpos(a_digits32(), c) - 1), 5, '0')), '')) END;
a_from_bits(t) AS unhex(array_to_string(list_transform(range(length(t) // 8), lambda i: lpad(hex(CAST('0b' || substr(t, i * 8 + 1, 8) AS INTEGER)), 2, '0')), ''));
"""
