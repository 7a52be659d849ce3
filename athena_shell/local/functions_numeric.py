# ruff: noqa: E501 - each macro or template is read as one text
"""Functions of numbers and bits."""

from __future__ import annotations

from typing import Final

NUMERIC: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "abs": (("n", "abs"),),
    "acos": (("f", "a_within_one({0}, acos({0}))"),),
    "asin": (("f", "a_within_one({0}, asin({0}))"),),
    "atan": (("f", "atan"),),
    "atan2": (("ff", "atan2"),),
    "bitwise_and": (("ii", "CAST(CAST({0} AS BIGINT) & CAST({1} AS BIGINT) AS BIGINT)"),),
    "bitwise_or": (("ii", "CAST(CAST({0} AS BIGINT) | CAST({1} AS BIGINT) AS BIGINT)"),),
    "bitwise_xor": (("ii", "xor(CAST({0} AS BIGINT), CAST({1} AS BIGINT))"),),
    "bitwise_not": (("i", "(~CAST({0} AS BIGINT))"),),
    "bit_count": (("ii", "a_bit_count({args})"),),
    "cbrt": (("f", "a_cbrt({0})"),),
    "ceil": (("i", "{0}"), ("n", "ceil")),
    "ceiling": (("i", "{0}"), ("n", "ceil")),
    "cos": (("f", "cos"),),
    "cosh": (("f", "cosh"),),
    "cosine_distance": (("aa", "1 - list_cosine_similarity({0}, {1})"),),
    "cosine_similarity": (("aa", "list_cosine_similarity"),),
    "degrees": (("f", "degrees"),),
    "e": (("", "CAST(2.718281828459045 AS DOUBLE)"),),
    "exp": (("f", "exp"),),
    "floor": (("i", "{0}"), ("n", "floor")),
    "from_base": (("si", "a_from_base({args})"),),
    "infinity": (("", "CAST('Infinity' AS DOUBLE)"),),
    "is_finite": (("f", "isfinite"),),
    "is_infinite": (("f", "isinf"),),
    "is_nan": (("f", "isnan"),),
    "ln": (("f", "a_ln({0})"),),
    "log": (("ff", "a_ln({1}) / a_ln({0})"),),
    "log10": (("f", "a_log10({0})"),),
    "log2": (("f", "a_log2({0})"),),
    "nan": (("", "CAST('NaN' AS DOUBLE)"),),
    "pi": (("", "pi()"),),
    "pow": (("ff", "pow"),),
    "power": (("ff", "pow"),),
    "radians": (("f", "radians"),),
    "rand": (
        ("", "random()"),
        ("i", "CAST(floor(random() * {0}) AS BIGINT)"),
        ("ii", "CAST({0} + floor(random() * ({1} - {0})) AS BIGINT)"),
    ),
    "random": (
        ("", "random()"),
        ("i", "CAST(floor(random() * {0}) AS BIGINT)"),
        ("ii", "CAST({0} + floor(random() * ({1} - {0})) AS BIGINT)"),
    ),
    "round": (("i", "{0}"), ("n", "round"), ("ni", "cast_to_type(round({0}, {1}), {0} + {0})")),
    "sign": (
        ("D", "CAST(sign({0}) AS DECIMAL(1, 0))"),
        ("n", "cast_to_type(sign({0}), {0})"),
    ),
    "sin": (("f", "sin"),),
    "sinh": (("f", "sinh"),),
    "sqrt": (("f", "a_sqrt({0})"),),
    "tan": (("f", "tan"),),
    "tanh": (("f", "tanh"),),
    "to_base": (("ii", "a_to_base({args})"),),
    "truncate": (("i", "{0}"), ("n", "trunc"), ("ni", "a_truncate({args})")),
    "width_bucket": (("fffi", "a_width_bucket({args})"),),
    "bitwise_left_shift": (("ii", "cast_to_type(a_shift_left({args}), {0})"),),
    "bitwise_right_shift": (("ii", "cast_to_type(a_shift_right({args}), {0})"),),
    "bitwise_right_shift_arithmetic": (("ii", "cast_to_type(a_shift_arithmetic({args}), {0})"),),
}

NUMERIC_MACROS: Final = r"""
a_double_text(x) AS CASE
    WHEN isnan(x) THEN 'NaN'
    WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END
    WHEN x = 0 OR (abs(x) >= 1e-3 AND abs(x) < 1e7) THEN CAST(x AS VARCHAR)
    WHEN contains(CAST(x AS VARCHAR), 'e') THEN a_mantissa(CAST(x AS VARCHAR))
    WHEN abs(x) >= 1e7 THEN left('-', CAST(x < 0 AS INTEGER)) || a_large(CAST(abs(x) AS VARCHAR))
    ELSE left('-', CAST(x < 0 AS INTEGER)) || a_small(split_part(CAST(abs(x) AS VARCHAR), '.', 2)) END;
a_mantissa(t) AS CASE WHEN contains(split_part(t, 'e', 1), '.') THEN split_part(t, 'e', 1)
    ELSE split_part(t, 'e', 1) || '.0' END || 'E' || CAST(CAST(split_part(t, 'e', 2) AS INTEGER) AS VARCHAR);
a_scientific(d, e) AS left(d, 1) || '.' || CASE WHEN length(d) > 1 THEN substr(d, 2) ELSE '0' END
    || 'E' || CAST(e AS VARCHAR);
a_large(t) AS a_scientific(rtrim(replace(t, '.', ''), '0'), length(split_part(t, '.', 1)) - 1);
a_small(f) AS a_scientific(ltrim(f, '0'), length(ltrim(f, '0')) - length(f) - 1);
a_divide_integers(x, y) AS CASE WHEN y = 0 THEN a_fail('DIVISION_BY_ZERO|Division by zero', x) ELSE x // y END;
a_modulo_exact(x, y) AS CASE WHEN y = 0 THEN a_fail('DIVISION_BY_ZERO|Division by zero', x % y) ELSE x % y END;
a_divide_floats(x, y) AS CASE WHEN y = 0
    THEN CASE WHEN x = 0 OR isnan(x) THEN CAST('NaN' AS DOUBLE) ELSE CAST(sign(x) * CAST('Infinity' AS DOUBLE) AS DOUBLE) END
    ELSE x / y END;
a_modulo_floats(x, y) AS CASE WHEN y = 0 THEN CAST('NaN' AS DOUBLE) ELSE fmod(x, y) END;
a_unscaled(x) AS CAST(replace(CAST(x AS VARCHAR), '.', '') AS HUGEINT);
a_divide_unscaled(x, y, f) AS CASE WHEN y = 0 THEN a_fail('DIVISION_BY_ZERO|Division by zero', x)
    ELSE CASE WHEN (x < 0) <> (y < 0) THEN -1 ELSE 1 END * ((abs(x) * f * 2 + abs(y)) // (abs(y) * 2)) END;
a_scaled_text(n, s) AS left('-', CAST(n < 0 AS INTEGER)) || CASE WHEN s = 0 THEN CAST(abs(n) AS VARCHAR)
    ELSE left(lpad(CAST(abs(n) AS VARCHAR), greatest(s + 1, length(CAST(abs(n) AS VARCHAR)))::INTEGER, '0'), -s)
    || '.' || right(lpad(CAST(abs(n) AS VARCHAR), greatest(s + 1, length(CAST(abs(n) AS VARCHAR)))::INTEGER, '0'), s) END;
a_cbrt(x) AS CASE WHEN pow(round(cbrt(x)), 3) = x THEN round(cbrt(x)) ELSE cbrt(x) END;
a_ln(x) AS CASE WHEN x > 0 THEN ln(x) WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE)
    WHEN x IS NOT NULL THEN CAST('NaN' AS DOUBLE) END;
a_log2(x) AS CASE WHEN x > 0 THEN log2(x) WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE)
    WHEN x IS NOT NULL THEN CAST('NaN' AS DOUBLE) END;
a_log10(x) AS CASE WHEN x > 0 THEN log10(x) WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE)
    WHEN x IS NOT NULL THEN CAST('NaN' AS DOUBLE) END;
a_sqrt(x) AS CASE WHEN x >= 0 THEN sqrt(x) WHEN x IS NOT NULL THEN CAST('NaN' AS DOUBLE) END;
a_within_one(x, r) AS CASE WHEN abs(x) <= 1 THEN r WHEN x IS NOT NULL THEN CAST('NaN' AS DOUBLE) END;
a_truncate(x, n) AS cast_to_type(trunc(x * pow(10, n)) / pow(10, n), x);
a_bit_count(x, b) AS CAST(bit_count(CAST(x AS BIGINT)) - CASE WHEN x < 0 THEN 64 - b ELSE 0 END AS BIGINT);
a_shift_left(x, n) AS CAST(CAST(((CAST(x AS BIGINT)::BIT) << CAST(n AS INTEGER)) AS BIT)::BIGINT AS BIGINT);
a_shift_right(x, n) AS CAST(CAST(((CAST(x AS BIGINT)::BIT) >> CAST(n AS INTEGER)) AS BIT)::BIGINT AS BIGINT);
a_shift_arithmetic(x, n) AS CAST(floor(CAST(x AS DOUBLE) / pow(2, n)) AS BIGINT);
a_digits() AS '0123456789abcdefghijklmnopqrstuvwxyz';
a_from_base(s, r) AS CASE WHEN r < 2 OR r > 36
    THEN a_fail('INVALID_FUNCTION_ARGUMENT|Radix must be between 2 and 36', 0::BIGINT)
    WHEN NOT list_bool_and(list_transform(string_split(lower(ltrim(s, '-')), ''),
        lambda c: strpos(left(a_digits(), r), c) > 0)) OR ltrim(s, '-') = ''
    THEN a_fail('INVALID_FUNCTION_ARGUMENT|Not a valid base-' || CAST(r AS VARCHAR) || ' number: ' || s, 0::BIGINT)
    ELSE CAST(CASE WHEN starts_with(s, '-') THEN -1 ELSE 1 END * list_reduce(list_transform(
        string_split(lower(ltrim(s, '-')), ''), lambda c: CAST(strpos(a_digits(), c) - 1 AS HUGEINT)),
        lambda p, q: p * r + q) AS BIGINT) END;
a_to_base(x, r) AS left('-', CAST(x < 0 AS INTEGER)) || coalesce(nullif(ltrim(list_reduce(list_transform(
    range(63, -1, -1), lambda i: CASE WHEN CAST(r AS DOUBLE) ** i > 9.3e18 THEN ''
    ELSE a_digits()[CAST((abs(CAST(x AS HUGEINT)) // CAST(CAST(r AS HUGEINT) ** i AS HUGEINT)) % r AS INTEGER) + 1] END),
    lambda p, q: p || q), '0'), ''), '0');
a_width_bucket(x, l, h, n) AS CAST(CASE WHEN l < h
    THEN CASE WHEN x < l THEN 0 WHEN x >= h THEN n + 1 ELSE floor((x - l) / (h - l) * n) + 1 END
    ELSE CASE WHEN x > l THEN 0 WHEN x <= h THEN n + 1 ELSE floor((l - x) / (l - h) * n) + 1 END END AS BIGINT);
"""
