"""How a name must be written where it stands."""

from __future__ import annotations

import re
from typing import Final

from athena_shell.sql.keywords import RESERVED, RESERVED_IN_DDL

_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*", re.IGNORECASE)
_PLAIN_IN_DDL: Final = re.compile(r"[a-z][a-z0-9_]*", re.IGNORECASE)


def written(name: str, *, backticks: bool, opened: str = "") -> str:
    """Return a name as it must be typed.

    Hive DDL quotes with backticks, and wants them for a leading underscore too; queries quote with
    double quotes (https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html).

    Args:
        name: the name itself.
        backticks: whether it stands in Hive DDL.
        opened: the quote the user has typed already, which is kept.
    """
    quote = opened or ("`" if backticks else '"')
    plain, reserved = (_PLAIN_IN_DDL, RESERVED_IN_DDL) if backticks else (_PLAIN, RESERVED)
    if not opened and plain.fullmatch(name) and name.upper() not in reserved:
        return name
    return quote + name.replace(quote, quote * 2) + quote
