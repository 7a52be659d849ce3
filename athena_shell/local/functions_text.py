# ruff: noqa: E501 - each macro or template is read as one text
"""Functions of strings, regular expressions and binary values."""

from __future__ import annotations

from typing import Final

TEXT: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "chr": (("n", "chr(CAST({0} AS INTEGER))"),),
    "codepoint": (("s", "CAST(unicode({0}) AS INTEGER)"),),
    "concat_ws": (
        ("sa", "array_to_string({1}, {0})"),
        ("sss*", "concat_ws({args})"),
        ("ss", "concat_ws({args})"),
    ),
    "ends_with": (("ss", "ends_with"),),
    "from_utf8": (("v", "decode"),),
    "hamming_distance": (("ss", "CAST(hamming({0}, {1}) AS BIGINT)"),),
    "length": (("s", "length"), ("v", "octet_length")),
    "levenshtein_distance": (("ss", "levenshtein"),),
    "lower": (("s", "lower"),),
    "lpad": (("sis", "lpad({0}, CAST({1} AS INTEGER), {2})"),),
    "ltrim": (("s", "ltrim({0}, a_blanks())"), ("ss", "ltrim")),
    "luhn_check": (("s", "a_luhn({0})"),),
    "md5": (("v", "unhex(md5({0}))"),),
    "sha1": (("v", "unhex(sha1({0}))"),),
    "sha256": (("v", "unhex(sha256({0}))"),),
    "regexp_count": (("ss", "len(regexp_extract_all({0}, {1}))"),),
    "regexp_extract": (
        ("ss", "a_regexp_extract({0}, {1}, 0)"),
        ("ssi", "a_regexp_extract({args})"),
    ),
    "regexp_extract_all": (("ss", "regexp_extract_all"), ("ssi", "regexp_extract_all")),
    "regexp_like": (("ss", "regexp_matches"),),
    "regexp_position": (("ss", "a_regexp_position({args})"),),
    "regexp_split": (("ss", "regexp_split_to_array"),),
    "replace": (("ss", "replace({0}, {1}, '')"), ("sss", "replace")),
    "reverse": (("s", "reverse"), ("a", "list_reverse")),
    "rpad": (("sis", "rpad({0}, CAST({1} AS INTEGER), {2})"),),
    "rtrim": (("s", "rtrim({0}, a_blanks())"), ("ss", "rtrim")),
    "split": (("ss", "string_split"), ("ssi", "a_split_limit({args})")),
    "split_part": (("ssi", "a_split_part({args})"),),
    "split_to_map": (("sss", "a_split_to_map({args})"),),
    "split_to_multimap": (("sss", "a_split_to_multimap({args})"),),
    "starts_with": (("ss", "starts_with"),),
    "strpos": (("ss", "strpos"), ("ssi", "a_strpos({args})")),
    "substr": (("si", "a_substr({args})"), ("sii", "a_substr_length({args})")),
    "substring": (("si", "a_substr({args})"), ("sii", "a_substr_length({args})")),
    "to_base64": (("v", "to_base64"),),
    "from_base64": (("s", "from_base64"),),
    "to_base64url": (("v", "translate(to_base64({0}), '+/', '-_')"),),
    "from_base64url": (("s", "a_from_base64url({0})"),),
    "from_hex": (("s", "unhex"),),
    "to_big_endian_32": (("i", "unhex(right(lpad(hex(CAST({0} AS BIGINT)), 16, '0'), 8))"),),
    "to_big_endian_64": (("i", "unhex(lpad(hex(CAST({0} AS BIGINT)), 16, '0'))"),),
    "to_hex": (("v", "hex"),),
    "to_utf8": (("s", "encode"),),
    "translate": (("sss", "translate"),),
    "trim": (("s", "trim({0}, a_blanks())"),),
    "upper": (("s", "a_upper({0})"),),
    "uuid": (("", "uuid()"),),
    "url_encode": (("s", "replace(url_encode({0}), '%20', '+')"),),
    "url_decode": (("s", "url_decode(replace({0}, '+', ' '))"),),
    "url_extract_fragment": (("s", "a_url_part({0}, 9)"),),
    "url_extract_host": (("s", "a_url_host({0})"),),
    "url_extract_parameter": (("ss", "a_url_parameter({args})"),),
    "url_extract_path": (("s", "a_url_path({0})"),),
    "url_extract_port": (("s", "a_url_port({0})"),),
    "url_extract_protocol": (("s", "a_url_part({0}, 2)"),),
    "url_extract_query": (("s", "a_url_part({0}, 7)"),),
    "bit_length": (("s", "bit_length"),),
}

TEXT_MACROS: Final = r"""
a_upper(s) AS CASE WHEN contains(s, 'ß') THEN array_to_string(list_transform(string_split(s, 'ß'), lambda p: upper(p)), 'ß')
    ELSE upper(s) END;
a_blanks() AS chr(32) || chr(9) || chr(10) || chr(11) || chr(12) || chr(13);
a_substr(s, p) AS CASE WHEN p = 0 OR abs(p) > length(s) THEN left(s, 0) ELSE substr(s, p) END;
a_substr_length(s, p, n) AS CASE WHEN p = 0 OR abs(p) > length(s) OR n <= 0 THEN left(s, 0)
    ELSE substr(s, p, n) END;
a_split_part(s, d, n) AS CASE WHEN n < 1
    THEN a_fail('INVALID_FUNCTION_ARGUMENT|Index must be greater than zero', s)
    ELSE string_split(s, d)[n] END;
a_split_limit(s, d, n) AS CASE
    WHEN n < 1 THEN a_fail('INVALID_FUNCTION_ARGUMENT|The limit must be greater than zero', [s])
    WHEN len(string_split(s, d)) <= n THEN string_split(s, d)
    ELSE list_append(string_split(s, d)[1:n - 1], array_to_string(string_split(s, d)[n:], d)) END;
a_split_to_map(s, d, e) AS map_from_entries(list_transform(string_split(s, d),
    lambda p: struct_pack(k := split_part(p, e, 1), v := string_split(p, e)[2])));
a_split_to_multimap(s, d, e) AS a_multimap_of(list_transform(string_split(s, d),
    lambda p: struct_pack(k := split_part(p, e, 1), v := string_split(p, e)[2])));
a_strpos(s, t, n) AS CASE
    WHEN n = 0 THEN a_fail('INVALID_FUNCTION_ARGUMENT|''instance'' must be a positive or negative number.', 0)
    WHEN len(string_split(s, t)) <= abs(n) THEN 0
    WHEN n > 0 THEN length(array_to_string(string_split(s, t)[1:n], t)) + 1
    ELSE length(array_to_string(string_split(s, t)[1:len(string_split(s, t)) + n], t)) + 1 END;
a_regexp_extract(s, p, g) AS CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p, g) END;
a_regexp_position(s, p) AS CASE WHEN s IS NULL OR p IS NULL THEN NULL
    WHEN NOT regexp_matches(s, p) THEN -1
    ELSE CAST(length(regexp_split_to_array(s, p)[1]) + 1 AS INTEGER) END;
a_from_base64url(s) AS from_base64(rpad(translate(rtrim(s, '='), '-_', '+/'),
    CAST(ceil(length(rtrim(s, '=')) / 4.0) * 4 AS INTEGER), '='));
a_luhn(s) AS CASE WHEN NOT regexp_full_match(s, '\d*')
    THEN a_fail('INVALID_FUNCTION_ARGUMENT|Input string contains non digit characters', true)
    ELSE length(s) > 0 AND list_sum(list_transform(string_split(reverse(s), ''), lambda c, i:
        CASE WHEN i % 2 = 1 THEN CAST(c AS INTEGER)
        ELSE CAST(c AS INTEGER) * 2 - CASE WHEN CAST(c AS INTEGER) > 4 THEN 9 ELSE 0 END END)) % 10 = 0 END;
a_url(s, g) AS regexp_extract(s, '^(([^:/?#]+):)?(//([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?', g);
a_url_part(s, g) AS a_url(s, g);
a_url_path(s) AS url_decode(a_url(s, 5));
a_url_host(s) AS regexp_extract(a_url(s, 4), '^(?:[^@]*@)?(\[[^\]]*\]|[^:]*)', 1);
a_url_port(s) AS TRY_CAST(regexp_extract(a_url(s, 4), ':(\d+)$', 1) AS BIGINT);
a_url_parameter(s, n) AS url_decode(replace(list_filter(string_split(a_url(s, 7), '&'),
    lambda p: split_part(p, '=', 1) = n)[1][length(n) + 2:], '+', ' '));
"""
