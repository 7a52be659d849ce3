# ruff: noqa: E501 - each macro or template is read as one text
"""Functions of arrays, maps and rows that take no lambda."""

from __future__ import annotations

from typing import Final

COLLECTIONS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "array_average": (("a", "list_avg"),),
    "array_distinct": (("a", "a_array_distinct({0})"),),
    "array_except": (("aa", "a_array_except({args})"),),
    "array_frequency": (("a", "a_array_frequency({0})"),),
    "array_intersect": (("aa", "a_array_intersect({args})"),),
    "array_max": (
        (
            "A",
            "CASE WHEN len({0}) = list_count({0}) THEN a_no_nan(list_contains({0}, CAST('NaN' AS FLOAT)), list_max({0})) END",
        ),
        ("a", "CASE WHEN len({0}) = list_count({0}) THEN list_max({0}) END"),
    ),
    "array_min": (
        (
            "A",
            "CASE WHEN len({0}) = list_count({0}) THEN a_no_nan(list_contains({0}, CAST('NaN' AS FLOAT)), list_min({0})) END",
        ),
        ("a", "CASE WHEN len({0}) = list_count({0}) THEN list_min({0}) END"),
    ),
    "array_position": (
        (
            "aR",
            "a_no_nan(isnan({1}), coalesce(CAST(list_position({0}, {1}) AS BIGINT), CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN 0 END))",
        ),
        (
            "ax",
            "coalesce(CAST(list_position({0}, {1}) AS BIGINT), CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN 0 END)",
        ),
    ),
    "array_remove": (
        ("aR", "a_no_nan(isnan({1}), list_filter({0}, lambda e: e <> {1}))"),
        ("ax", "list_filter({0}, lambda e: e <> {1})"),
    ),
    "array_sort": (("a", "list_sort({0}, 'ASC', 'NULLS LAST')"),),
    "array_union": (("aa", "a_array_distinct(list_concat({0}, {1}))"),),
    "arrays_overlap": (("aa", "a_arrays_overlap({args})"),),
    "cardinality": (("a", "len"), ("m", "CAST(cardinality({0}) AS BIGINT)")),
    "contains": (("aR", "a_no_nan(isnan({1}), a_contains({args}))"), ("ax", "a_contains({args})")),
    "contains_sequence": (("aa", "a_contains_sequence({args})"),),
    "element_at": (("ai", "a_element_at({args})"), ("mx", "{0}[{1}]")),
    "flatten": (("a", "flatten"),),
    "map_concat": (("mm*", "map_concat"),),
    "map_entries": (("m", "a_map_rows({0})"),),
    "map_keys": (("m", "map_keys"),),
    "map_values": (("m", "map_values"),),
    "map_from_entries": (("a", "map_from_entries"),),
    "ngrams": (("ai", "a_ngrams({args})"),),
    "repeat": (("xi", "list_transform(range(CAST({1} AS BIGINT)), lambda e: {0})"),),
    "shuffle": (("a", "a_shuffle({0})"),),
    "slice": (("aii", "a_slice({args})"),),
    "trim_array": (("ai", "{0}[1:len({0}) - {1}]"),),
}

COLLECTION_MACROS: Final = r"""
a_array_distinct(a) AS list_filter(a, lambda e, i: CASE WHEN e IS NULL
    THEN len(list_filter(a[1:i - 1], lambda f: f IS NULL)) = 0
    ELSE NOT coalesce(list_contains(a[1:i - 1], e), false) END);
a_array_except(a, b) AS a_array_distinct(list_filter(a, lambda e: CASE WHEN e IS NULL
    THEN len(list_filter(b, lambda f: f IS NULL)) = 0 ELSE NOT coalesce(list_contains(b, e), false) END));
a_array_intersect(a, b) AS CASE WHEN b IS NOT NULL THEN a_array_distinct(list_filter(a, lambda e: CASE WHEN e IS NULL
    THEN len(list_filter(b, lambda f: f IS NULL)) > 0 ELSE coalesce(list_contains(b, e), false) END)) END;
a_array_frequency(a) AS map_from_entries(list_transform(a_array_distinct(list_filter(a, lambda e: e IS NOT NULL)),
    lambda e: struct_pack(k := e, v := CAST(len(list_filter(a, lambda f: f = e)) AS INTEGER))));
a_arrays_overlap(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN list_has_any(a, b) THEN true
    WHEN len(a) > 0 AND len(b) > 0 AND (list_count(a) < len(a) OR list_count(b) < len(b)) THEN NULL ELSE false END;
a_contains(a, x) AS CASE WHEN a IS NULL OR x IS NULL THEN NULL WHEN list_contains(a, x) THEN true
    WHEN list_count(a) < len(a) THEN NULL ELSE false END;
a_contains_sequence(a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN
    len(list_filter(range(1, CAST(len(a) - len(b) + 2 AS BIGINT)), lambda i: a[i:i + len(b) - 1] = b)) > 0 END;
a_element_at(a, i) AS CASE WHEN i = 0 THEN a_fail('INVALID_FUNCTION_ARGUMENT|SQL array indices start at 1', a[1])
    ELSE a[i] END;
a_array_subscript(a, i) AS CASE
    WHEN i = 0 THEN a_fail('INVALID_FUNCTION_ARGUMENT|SQL array indices start at 1', a[1])
    WHEN i < 0 THEN a_fail('INVALID_FUNCTION_ARGUMENT|Array subscript is negative: ' || CAST(i AS VARCHAR), a[1])
    WHEN i > len(a) THEN a_fail('INVALID_FUNCTION_ARGUMENT|Array subscript must be less than or equal to array length: '
        || CAST(i AS VARCHAR) || ' > ' || CAST(len(a) AS VARCHAR), a[1])
    ELSE a[i] END;
a_map_subscript(m, k) AS CASE WHEN m IS NULL OR k IS NULL THEN NULL
    WHEN list_contains(map_keys(m), k) THEN m[k]
    ELSE a_fail('INVALID_FUNCTION_ARGUMENT|Key not present in map: ' || CAST(k AS VARCHAR), m[k]) END;
a_ngrams(a, n) AS CASE WHEN len(a) <= n THEN [a]
    ELSE list_transform(range(1, CAST(len(a) - n + 2 AS BIGINT)), lambda i: a[i:i + n - 1]) END;
a_shuffle(a) AS list_transform(list_sort(list_transform(a, lambda e: struct_pack(o := random(), e := e))), lambda s: s.e);
a_slice(a, s, n) AS CASE
    WHEN s = 0 THEN a_fail('INVALID_FUNCTION_ARGUMENT|SQL array indices start at 1', a)
    WHEN n < 0 THEN a_fail('INVALID_FUNCTION_ARGUMENT|length must be greater than or equal to 0', a)
    WHEN n = 0 OR abs(s) > len(a) THEN a[2:1]
    WHEN s > 0 THEN a[s:s + n - 1]
    ELSE a[len(a) + s + 1:least(len(a) + s + n, len(a))] END;
a_map_rows(m) AS list_transform(map_entries(m), lambda e: struct_pack(field0 := e.key, field1 := e.value));
a_map_joined(l) AS CASE WHEN list_count(l) > 0 THEN a_map_merged(flatten(l)) END;
a_map_merged(e) AS map_from_entries(list_filter(e, lambda p, i:
    NOT coalesce(list_contains(list_transform(e[1:i - 1], lambda q: q.key), p.key), false)));
a_map_of(e) AS CASE WHEN list_count(list_transform(e, lambda p: p.k)) > 0 THEN map_from_entries(list_filter(e, lambda p, i: p.k IS NOT NULL
    AND NOT coalesce(list_contains(list_transform(e[1:i - 1], lambda q: q.k), p.k), false))) END;
a_multimap_of(e) AS CASE WHEN list_count(list_transform(e, lambda p: p.k)) > 0 THEN map_from_entries(list_transform(
    a_array_distinct(list_filter(list_transform(e, lambda p: p.k), lambda k: k IS NOT NULL)),
    lambda k: struct_pack(k := k, v := list_transform(list_filter(e, lambda p: p.k = k), lambda p: p.v)))) END;
"""
