# ruff: noqa: E501 - each macro or template is read as one text
"""Functions of JSON that take no path."""

from __future__ import annotations

from typing import Final

JSON: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "is_json_scalar": (("j", "json_type({0}) NOT IN ('OBJECT', 'ARRAY')"),),
    "json_array_contains": (
        ("jb", "a_json_contains({0}, to_json({1}))"),
        ("jn", "a_json_contains_number({0}, CAST({1} AS DOUBLE))"),
        ("js", "a_json_contains({0}, to_json({1}))"),
    ),
    "json_array_get": (("ji", "a_json_array_get({args})"),),
    "json_array_length": (("j", "a_json_array_length({0})"),),
    "json_format": (("j", "CAST({0} AS VARCHAR)"),),
}

JSON_MACROS: Final = r"""
a_json_words(t) AS regexp_extract_all(t, '"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[^"0-9-]+');
a_json_is_fraction(w) AS regexp_full_match(w, '-?[0-9]+[.eE].*');
a_json_has_fraction(t) AS regexp_matches(t, '[0-9][.eE]|-0');
a_json_double(x) AS CASE WHEN isfinite(x) THEN a_double_text(x) ELSE '"' || a_double_text(x) || '"' END;
a_json_numbers(t) AS CASE WHEN a_json_has_fraction(t) THEN array_to_string(list_transform(a_json_words(t), lambda w1:
    CASE WHEN a_json_is_fraction(w1) THEN a_json_double(CAST(w1 AS DOUBLE)) WHEN w1 = '-0' THEN '0' ELSE w1 END), '') ELSE t END;
a_json_written(t) AS CASE WHEN a_json_has_fraction(t) THEN array_to_string(list_transform(a_json_words(t), lambda w2:
    CASE WHEN a_json_is_fraction(w2) OR w2 = '-0' THEN '"' || w2 || '"' ELSE w2 END), '') ELSE t END;
a_json_items(j) AS CASE WHEN json_type(j) = 'ARRAY' THEN json_extract(j, '$[*]') END;
a_json_contains(j, v) AS CASE WHEN json_valid(j) AND json_type(j) = 'ARRAY'
    THEN list_contains(list_transform(json_extract(j, '$[*]'), lambda e: CAST(e AS VARCHAR)), CAST(v AS VARCHAR)) END;
a_json_contains_number(j, v) AS CASE WHEN json_valid(j) AND json_type(j) = 'ARRAY'
    THEN list_contains(list_transform(json_extract(j, '$[*]'), lambda e: CASE WHEN json_type(e) IN
        ('UBIGINT', 'BIGINT', 'DOUBLE', 'HUGEINT') THEN TRY_CAST(CAST(e AS VARCHAR) AS DOUBLE) END), v) END;
a_json_array_get(j, i) AS CASE WHEN json_valid(j) AND json_type(j) = 'ARRAY' THEN json_extract(j, '$[*]')[
    CASE WHEN i >= 0 THEN i + 1 ELSE i END] END;
a_json_array_length(j) AS CASE WHEN json_valid(j) AND json_type(j) = 'ARRAY' THEN CAST(json_array_length(j) AS BIGINT) END;
a_json_extract(j, p) AS CAST(a_json_numbers(CAST(json_extract(CASE WHEN json_valid(j) THEN j END, p) AS VARCHAR)) AS JSON);
a_json_scalar(j, p) AS CASE WHEN json_valid(j) AND json_type(j, p) NOT IN ('OBJECT', 'ARRAY', 'NULL')
    THEN json_extract_string(a_json_written(CAST(j AS VARCHAR)), p) END;
a_json_exists(j, p) AS CASE WHEN json_valid(j) THEN json_exists(j, p) WHEN j IS NOT NULL THEN false END;
a_json_size(j, p) AS CASE WHEN NOT json_valid(j) THEN NULL ELSE CAST(CASE json_type(j, p)
    WHEN 'ARRAY' THEN json_array_length(j, p) WHEN 'OBJECT' THEN len(json_keys(j, p))
    WHEN NULL THEN NULL ELSE CASE WHEN json_type(j, p) IS NOT NULL THEN 0 END END AS BIGINT) END;
a_json_parse(s) AS CASE WHEN s IS NULL THEN NULL WHEN json_valid(s) THEN CAST(a_json_numbers(CAST(a_json_sorted(json_extract(s, '$')) AS VARCHAR)) AS JSON)
    ELSE a_fail('INVALID_FUNCTION_ARGUMENT|Cannot convert value to JSON: ''' || s || '''', CAST('null' AS JSON)) END;
a_json_unordered(s) AS CASE WHEN s IS NULL THEN NULL WHEN json_valid(s) THEN CAST(a_json_numbers(CAST(json_extract(s, '$') AS VARCHAR)) AS JSON)
    ELSE a_fail('INVALID_FUNCTION_ARGUMENT|Cannot convert value to JSON: ''' || s || '''', CAST('null' AS JSON)) END;
a_json_sorted(j) AS CASE WHEN a_json_in_order(j) THEN j ELSE CAST(a_json_level1(j) AS JSON) END;
a_json_in_order(j) AS len(list_filter(list_append(json_extract(j, '$..*'), j), lambda d: json_type(d) = 'OBJECT'
    AND json_keys(d) <> list_sort(list_distinct(json_keys(d))))) = 0;
a_json_members(j) AS CASE WHEN len(list_distinct(json_keys(j))) < len(json_keys(j))
    THEN CASE WHEN error('NOT_SUPPORTED|json_parse of an object with the same name twice is not supported by the local engine') IS NULL THEN NULL END
    ELSE list_sort(list_zip(json_keys(j), json_extract(j, '$.*'))) END;
a_json_level1(j) AS CASE json_type(j)
    WHEN 'OBJECT' THEN '{' || array_to_string(list_transform(a_json_members(j),
        lambda m1: CAST(to_json(m1[1]) AS VARCHAR) || ':' || a_json_level2(m1[2])), ',') || '}'
    WHEN 'ARRAY' THEN '[' || array_to_string(list_transform(json_extract(j, '$[*]'), lambda n1: a_json_level2(n1)), ',') || ']'
    ELSE CAST(j AS VARCHAR) END;
a_json_level2(j) AS CASE json_type(j)
    WHEN 'OBJECT' THEN '{' || array_to_string(list_transform(a_json_members(j),
        lambda m2: CAST(to_json(m2[1]) AS VARCHAR) || ':' || a_json_level3(m2[2])), ',') || '}'
    WHEN 'ARRAY' THEN '[' || array_to_string(list_transform(json_extract(j, '$[*]'), lambda n2: a_json_level3(n2)), ',') || ']'
    ELSE CAST(j AS VARCHAR) END;
a_json_level3(j) AS CASE json_type(j)
    WHEN 'OBJECT' THEN '{' || array_to_string(list_transform(a_json_members(j),
        lambda m3: CAST(to_json(m3[1]) AS VARCHAR) || ':' || a_json_level4(m3[2])), ',') || '}'
    WHEN 'ARRAY' THEN '[' || array_to_string(list_transform(json_extract(j, '$[*]'), lambda n3: a_json_level4(n3)), ',') || ']'
    ELSE CAST(j AS VARCHAR) END;
a_json_level4(j) AS CASE json_type(j)
    WHEN 'OBJECT' THEN '{' || array_to_string(list_transform(a_json_members(j),
        lambda m4: CAST(to_json(m4[1]) AS VARCHAR) || ':' || a_json_deeper(m4[2])), ',') || '}'
    WHEN 'ARRAY' THEN '[' || array_to_string(list_transform(json_extract(j, '$[*]'), lambda n4: a_json_deeper(n4)), ',') || ']'
    ELSE CAST(j AS VARCHAR) END;
a_json_deeper(j) AS CASE WHEN a_json_in_order(j) THEN CAST(j AS VARCHAR)
    WHEN error('NOT_SUPPORTED|json_parse of names out of order below four levels of nesting is not supported by the local engine') IS NULL THEN NULL END;
a_json_text(j) AS CASE WHEN json_type(j) = 'NULL' THEN NULL WHEN json_type(j) IN ('OBJECT', 'ARRAY')
    THEN a_fail('INVALID_CAST_ARGUMENT|Cannot cast ''' || CAST(j AS VARCHAR) || ''' to varchar', '')
    ELSE json_extract_string(a_json_written(CAST(j AS VARCHAR)), '$') END;
"""
