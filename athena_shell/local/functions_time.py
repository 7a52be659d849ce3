# ruff: noqa: E501 - each macro or template is read as one text
"""Functions of dates, times and timestamps."""

from __future__ import annotations

from typing import Final

TIME: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "current_timezone": (("", "'UTC'"),),
    "date": (("L", "CAST({0} AS DATE)"), ("s", "a_to_date({0})")),
    "day": (("L", "day"), ("y", "a_interval_days({0})")),
    "day_of_month": (("L", "day"),),
    "day_of_week": (("L", "isodow"),),
    "day_of_year": (("L", "dayofyear"),),
    "dow": (("L", "isodow"),),
    "doy": (("L", "dayofyear"),),
    "from_iso8601_date": (("s", "a_to_date({0})"),),
    "from_unixtime": (("n", "a_from_unixtime({0})"),),
    "hour": (("L", "hour"), ("T", "hour"), ("y", "hour")),
    "human_readable_seconds": (("n", "a_human_seconds(CAST(round({0}) AS BIGINT))"),),
    "last_day_of_month": (("L", "last_day"),),
    "localtime": (("", "CAST(timezone('UTC', now()) AS TIME)"),),
    "millisecond": (("L", "millisecond({0}) % 1000"), ("T", "millisecond({0}) % 1000")),
    "minute": (("L", "minute"), ("T", "minute"), ("y", "minute")),
    "month": (("L", "month"), ("y", "a_interval_months({0}) % 12")),
    "now": (("", "a_now()"),),
    "quarter": (("L", "quarter"),),
    "second": (("L", "second"), ("T", "second"), ("y", "second")),
    "to_milliseconds": (("y", "CAST(epoch_ms({0}) AS BIGINT)"),),
    "to_unixtime": (("t", "epoch"), ("z", "epoch"), ("d", "epoch")),
    "week": (("L", "weekofyear"),),
    "week_of_year": (("L", "weekofyear"),),
    "year": (("L", "year"), ("y", "a_interval_months({0}) // 12")),
    "year_of_week": (("L", "isoyear"),),
    "yow": (("L", "isoyear"),),
}

TIME_MACROS: Final = r"""
a_now() AS date_trunc('milliseconds', now());
a_from_unixtime(n) AS make_timestamptz(CAST(round(CAST(n AS DOUBLE) * 1000) AS BIGINT) * 1000);
a_interval_months(i) AS CAST(datepart('year', i) * 12 + datepart('month', i) AS BIGINT);
a_interval_micros(i) AS CAST(datepart('day', i) AS HUGEINT) * 86400000000 + datepart('hour', i) * 3600000000
    + datepart('minute', i) * 60000000 + datepart('microsecond', i);
a_interval_days(i) AS CAST(a_interval_micros(i) // 86400000000 AS BIGINT);
a_interval_text(i) AS left('-', CAST(a_interval_micros(i) < 0 AS INTEGER))
    || CAST(abs(a_interval_micros(i)) // 86400000000 AS VARCHAR) || ' '
    || lpad(CAST(abs(a_interval_micros(i)) // 3600000000 % 24 AS VARCHAR), 2, '0') || ':'
    || lpad(CAST(abs(a_interval_micros(i)) // 60000000 % 60 AS VARCHAR), 2, '0') || ':'
    || lpad(CAST(abs(a_interval_micros(i)) // 1000000 % 60 AS VARCHAR), 2, '0') || '.'
    || lpad(CAST(abs(a_interval_micros(i)) // 1000 % 1000 AS VARCHAR), 3, '0');
a_months_text(i) AS left('-', CAST(a_interval_months(i) < 0 AS INTEGER))
    || CAST(abs(a_interval_months(i)) // 12 AS VARCHAR) || '-' || CAST(abs(a_interval_months(i)) % 12 AS VARCHAR);
a_to_date(s) AS CASE WHEN regexp_full_match(trim(s), '[+-]?\d{4,}-\d{1,2}-\d{1,2}') AND TRY_CAST(s AS DATE) IS NOT NULL
    THEN CAST(s AS DATE)
    WHEN s IS NOT NULL THEN a_fail('INVALID_CAST_ARGUMENT|Value cannot be cast to date: ' || s, DATE '2000-01-01') END;
a_to_timestamp(s) AS CASE WHEN TRY_CAST(s AS TIMESTAMP) IS NOT NULL
        AND regexp_full_match(trim(s), '[+-]?\d{4,}-\d{1,2}-\d{1,2}( \d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?)?')
    THEN CAST(s AS TIMESTAMP)
    WHEN s IS NOT NULL THEN a_fail('INVALID_CAST_ARGUMENT|Value cannot be cast to timestamp: ' || s,
        TIMESTAMP '2000-01-01 00:00:00') END;
a_human_seconds(n) AS CASE WHEN n IS NOT NULL THEN coalesce(nullif(concat_ws(', ',
    a_units(n // 604800, 'week'), a_units(n // 86400 % 7, 'day'), a_units(n // 3600 % 24, 'hour'),
    a_units(n // 60 % 60, 'minute'), a_units(n % 60, 'second')), ''), '0 seconds') END;
a_units(n, u) AS CASE WHEN n > 0 THEN CAST(n AS VARCHAR) || ' ' || u || CASE WHEN n > 1 THEN 's' ELSE '' END END;
a_iso_day(d) AS CASE length(d) WHEN 4 THEN d || '-01-01' WHEN 7 THEN d || '-01' ELSE d END;
a_iso_clock(t) AS CASE length(t) WHEN 0 THEN '00:00:00' WHEN 2 THEN t || ':00:00' WHEN 5 THEN t || ':00'
    ELSE replace(t, ',', '.') END;
a_iso_local(s) AS a_iso_day(regexp_extract(s, '^\d+(-\d\d)?(-\d\d)?')) || ' '
    || a_iso_clock(regexp_extract(split_part(s, 'T', 2), '^[\d:.,]*'));
a_iso_offset(s) AS CASE WHEN regexp_matches(split_part(s, 'T', 2), '[+-]\d\d:?\d*$')
    THEN CASE WHEN contains(split_part(s, 'T', 2), '-') THEN -1 ELSE 1 END
        * (CAST(regexp_extract(s, '[+-](\d\d):?\d*$', 1) AS BIGINT) * 60
        + coalesce(TRY_CAST(regexp_extract(s, '[+-]\d\d:?(\d\d)$', 1) AS BIGINT), 0)) * 60000000
    ELSE 0 END;
a_iso_instant(s) AS make_timestamptz(epoch_ms(CAST(a_iso_local(s) AS TIMESTAMP)) * 1000 - a_iso_offset(s));
a_iso_zoned(s) AS CASE WHEN s IS NULL THEN NULL
    WHEN NOT regexp_full_match(s, '\d{4,}(-\d\d(-\d\d)?)?(T\d\d(:\d\d(:\d\d([.,]\d+)?)?)?)?(Z|[+-]00:?00)?')
    THEN a_fail('NOT_SUPPORTED|from_iso8601_timestamp of a column with offsets other than Z is not supported by the local engine: ' || s,
        now())
    ELSE a_iso_instant(s) END;
"""
