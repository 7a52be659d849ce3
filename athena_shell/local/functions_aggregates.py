# ruff: noqa: E501 - each macro or template is read as one text
"""Aggregate and window functions.

The templates are as in ``functions``; each call between ``@`` marks is where DISTINCT, ORDER BY,
FILTER, IGNORE NULLS and OVER go.
"""

from __future__ import annotations

from typing import Final


def _without_nan(name: str) -> str:
    # DuckDB takes NaN for the greatest number; Trino finds it only where there is no other.
    return f"coalesce(@{name}(nullif({{0}}, CAST('NaN' AS FLOAT)))@, @{name}({{0}})@)"


AGGREGATES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "any_value": (("x", "@any_value({0})@"),),
    "approx_distinct": (("x", "@count_distinct({0})@"), ("xn", "@count_distinct({0})@")),
    "approx_most_frequent": (("ixi", "a_most_frequent(@histogram({1})@, @max({0})@)"),),
    "approx_percentile": (("nn", "@quantile_disc({0}, {1})@"), ("na", "@quantile_disc({0}, {1})@")),
    "arbitrary": (("x", "@any_value({0})@"),),
    "array_agg": (("x", "@list({0})@"),),
    "bitwise_and_agg": (("i", "@bit_and(CAST({0} AS BIGINT))@"),),
    "bitwise_or_agg": (("i", "@bit_or(CAST({0} AS BIGINT))@"),),
    "bitwise_xor_agg": (("i", "@bit_xor(CAST({0} AS BIGINT))@"),),
    "bool_and": (("b", "@bool_and({0})@"),),
    "bool_or": (("b", "@bool_or({0})@"),),
    "corr": (("ff", "@corr({0}, {1})@"),),
    "count": (("", "@count(*)@"), ("x", "@count({0})@")),
    "count_if": (("b", "CAST(@count_if({0})@ AS BIGINT)"),),
    "covar_pop": (("ff", "@covar_pop({0}, {1})@"),),
    "covar_samp": (("ff", "@covar_samp({0}, {1})@"),),
    "entropy": (
        ("f", "a_entropy(@sum({0})@, @sum(CASE WHEN {0} > 0 THEN {0} * ln({0}) ELSE 0 END)@)"),
    ),
    "every": (("b", "@bool_and({0})@"),),
    "geometric_mean": (("f", "@geomean({0})@"),),
    "histogram": (("x", "a_counts(@histogram({0})@)"),),
    "kurtosis": (("f", "@kurtosis({0})@"),),
    "map_agg": (("xx", "a_map_of(@list(struct_pack(k := {0}, v := {1}))@)"),),
    "map_union": (("m", "a_map_joined(@list(map_entries({0}))@)"),),
    "max": (
        ("R", _without_nan("max")),
        ("x", "@max({0})@"),
        ("Ri", "a_no_nan(@bool_or(isnan({0}))@, @max({0}, CAST({1} AS BIGINT))@)"),
        ("xi", "@max({0}, CAST({1} AS BIGINT))@"),
    ),
    "max_by": (
        ("xR", "a_no_nan(@bool_or(isnan({1}))@, @arg_max_null({0}, {1})@)"),
        ("xRi", "a_no_nan(@bool_or(isnan({1}))@, @arg_max({0}, {1}, CAST({2} AS BIGINT))@)"),
        ("xx", "@arg_max_null({0}, {1})@"),
        ("xxi", "@arg_max({0}, {1}, CAST({2} AS BIGINT))@"),
    ),
    "min": (
        ("R", _without_nan("min")),
        ("x", "@min({0})@"),
        ("Ri", "a_no_nan(@bool_or(isnan({0}))@, @min({0}, CAST({1} AS BIGINT))@)"),
        ("xi", "@min({0}, CAST({1} AS BIGINT))@"),
    ),
    "min_by": (
        ("xR", "a_no_nan(@bool_or(isnan({1}))@, @arg_min_null({0}, {1})@)"),
        ("xRi", "a_no_nan(@bool_or(isnan({1}))@, @arg_min({0}, {1}, CAST({2} AS BIGINT))@)"),
        ("xx", "@arg_min_null({0}, {1})@"),
        ("xxi", "@arg_min({0}, {1}, CAST({2} AS BIGINT))@"),
    ),
    "multimap_agg": (("xx", "a_multimap_of(@list(struct_pack(k := {0}, v := {1}))@)"),),
    "regr_avgx": (("ff", "@regr_avgx({0}, {1})@"),),
    "regr_avgy": (("ff", "@regr_avgy({0}, {1})@"),),
    "regr_count": (("ff", "CAST(@regr_count({0}, {1})@ AS BIGINT)"),),
    "regr_intercept": (("ff", "@regr_intercept({0}, {1})@"),),
    "regr_r2": (("ff", "@regr_r2({0}, {1})@"),),
    "regr_slope": (("ff", "@regr_slope({0}, {1})@"),),
    "regr_sxx": (("ff", "@regr_sxx({0}, {1})@"),),
    "regr_sxy": (("ff", "@regr_sxy({0}, {1})@"),),
    "regr_syy": (("ff", "@regr_syy({0}, {1})@"),),
    "set_agg": (("x", "a_array_distinct(@list({0})@)"),),
    "set_union": (("a", "a_array_distinct(flatten(@list({0})@))"),),
    "skewness": (
        (
            "f",
            "@skewness({0})@ * (@count({0})@ - 2) / sqrt(@count({0})@ * (@count({0})@ - 1.0e0))",
        ),
    ),
    "stddev": (("f", "@stddev_samp({0})@"),),
    "stddev_pop": (("f", "@stddev_pop({0})@"),),
    "stddev_samp": (("f", "@stddev_samp({0})@"),),
    "sum": (
        ("i", "CAST(@sum({0})@ AS BIGINT)"),
        ("F", "CAST(@sum({0})@ AS FLOAT)"),
        ("n", "@sum({0})@"),
    ),
    "var_pop": (("f", "@var_pop({0})@"),),
    "var_samp": (("f", "@var_samp({0})@"),),
    "variance": (("f", "@var_samp({0})@"),),
}

WINDOWS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "cume_dist": (("", "@cume_dist()@"),),
    "dense_rank": (("", "@dense_rank()@"),),
    "first_value": (("x", "@first_value({0})@"),),
    "lag": (("x", "@lag({0})@"), ("xi", "@lag({0}, {1})@"), ("xix", "@lag({0}, {1}, {2})@")),
    "last_value": (("x", "@last_value({0})@"),),
    "lead": (("x", "@lead({0})@"), ("xi", "@lead({0}, {1})@"), ("xix", "@lead({0}, {1}, {2})@")),
    "nth_value": (("xi", "@nth_value({0}, {1})@"),),
    "ntile": (("i", "@ntile(CAST({0} AS BIGINT))@"),),
    "percent_rank": (("", "@percent_rank()@"),),
    "rank": (("", "@rank()@"),),
    "row_number": (("", "@row_number()@"),),
}

AGGREGATE_MACROS: Final = r"""
a_has_nan(x) AS regexp_matches(CAST(x AS VARCHAR), '(^|\W)-?nan(\W|$)');
a_no_nan(n, x) AS CASE WHEN n THEN CASE WHEN error('NOT_SUPPORTED|A comparison of numbers among which is NaN is not supported by the local engine') IS NULL THEN x END
    ELSE x END;
a_most_frequent(m, n) AS map_from_entries(list_transform(list_sort(list_transform(map_entries(m),
    lambda e: struct_pack(n := -CAST(e.value AS BIGINT), k := e.key)))[1:n], lambda e: struct_pack(k := e.k, v := -e.n)));
a_entropy(s, l) AS CASE WHEN s > 0 THEN greatest(0.0e0, (ln(s) - l / s) / ln(2)) ELSE 0.0e0 END;
a_counts(m) AS map_from_entries(list_transform(map_entries(m), lambda e: struct_pack(k := e.key, v := CAST(e.value AS BIGINT))));
"""
