"""Athena's functions and what each one is in DuckDB.

A function has overloads. Each is a signature, one letter per argument, and a template: a DuckDB
function's name, or SQL with ``{0}``, ``{1}`` … for the arguments.

======  ==========================  ======  ===================================
letter  argument                    letter  argument
======  ==========================  ======  ===================================
s       varchar                     L       date or timestamp, brought to local
c       a string literal            d       date
n       number                      t       timestamp without zone
i       integer                     z       timestamp with time zone
f       number, cast to double      y       interval
D       decimal                     F       real
b       boolean                     T       time
a       array                       m       map
r       row                         j       JSON, or varchar holding JSON
v       varbinary                   x       anything
======  ==========================  ======  ===================================

A ``*`` after a letter allows any number of that argument. Names beginning with ``a_`` are macros.
"""

from __future__ import annotations

from typing import Final

from athena_shell.local.functions_collections import COLLECTIONS
from athena_shell.local.functions_json import JSON
from athena_shell.local.functions_measures import MEASURES
from athena_shell.local.functions_numeric import NUMERIC
from athena_shell.local.functions_text import TEXT
from athena_shell.local.functions_time import TIME

Overload = tuple[str, str]

SCALARS: Final[dict[str, tuple[Overload, ...]]] = {
    **TEXT, **NUMERIC, **TIME, **COLLECTIONS, **JSON, **MEASURES,
}  # fmt: skip
