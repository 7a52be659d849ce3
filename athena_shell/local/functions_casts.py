# ruff: noqa: E501 - each macro or template is read as one text
"""Macros that casts need."""

from __future__ import annotations

from typing import Final

CAST_MACROS: Final = r"""
a_to_integer(s, t) AS CASE WHEN regexp_full_match(s, '[+-]?\d+') THEN s
    WHEN s IS NOT NULL THEN a_fail('INVALID_CAST_ARGUMENT|Cannot cast ''' || s || ''' to ' || CASE t WHEN 'integer' THEN 'INT' ELSE upper(t) END, s) END;
a_whole(x, t) AS CASE WHEN isnan(x) THEN a_fail('INVALID_CAST_ARGUMENT|Cannot cast double NaN to ' || t, x) ELSE round(x) END;
a_to_boolean(s) AS CASE WHEN lower(s) IN ('t', 'true', '1') THEN true WHEN lower(s) IN ('f', 'false', '0') THEN false
    WHEN s IS NOT NULL THEN a_fail('INVALID_CAST_ARGUMENT|Cannot cast ''' || s || ''' to BOOLEAN', true) END;
a_without_utc(s) AS CASE WHEN suffix(s, ' UTC') THEN left(s, -4) ELSE s END;
"""
