"""Completion in a large catalog, beside other SQL shells' completers in one run.

Times are processor time: what a key costs, not what else the machine does; the wall clock's are
printed beside them. Garbage is collected as the shell has it: what was loaded is frozen.
The others are measured when ``ATHENA_SHELL_RIVALS`` names the ``bin`` directory of an environment
with athenacli, litecli, mycli and pgcli.
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from athena_shell.completion.candidates import suggest
from athena_shell.completion.index import ColumnName, DatabaseNames, NameIndex, TableName
from athena_shell.core.session import Session

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

RIVALS = os.environ.get("ATHENA_SHELL_RIVALS", "")
KEYS = 200
LONGEST = 0.005  # seconds that completion may take for a key, but for one in a hundred
VOCABULARY = (
    "order customer sales daily event log user item price total amount region web click session "
    "page view raw stage fact dim agg hourly weekly id name code date ts status type value count"
)
WORDS = VOCABULARY.split()
OLD_STATEMENT = (
    "SELECT a, 'x;y' AS b, count(*) -- note; here\nFROM db.t /* c ; */ WHERE a > 10\n"
    "GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 100;\n\n"
)
DRIVER = r"""
import json, sys, time
from prompt_toolkit.document import Document
name, inputs, tables = sys.argv[1], *json.load(sys.stdin)
if name == "pgcli":
    from pgcli.pgcompleter import PGCompleter
    completer = PGCompleter()
    completer.extend_schemata(["public"])
    completer.set_search_path(["public"])
    completer.extend_relations([("public", table) for table in tables], "tables")
    completer.extend_columns(
        [("public", table, c, "text", False, None) for table in tables for c in tables[table]],
        "tables",
    )
else:
    if name == "athenacli":
        from athenacli.completer import AthenaCompleter as Completer
    elif name == "litecli":
        from litecli.sqlcompleter import SQLCompleter as Completer
    else:
        from mycli.sqlcompleter import SQLCompleter as Completer
    completer = Completer()
    completer.extend_schemata("db")
    completer.set_dbname("db")
    completer.extend_relations([(table,) for table in tables], "tables")
    completer.extend_columns([(t, c) for t in tables for c in tables[t]], "tables")
times = {}
for label, text in inputs.items():
    began = time.process_time()
    list(completer.get_completions(Document(text, len(text)), None))
    times[label] = time.process_time() - began
print(json.dumps(times))
"""


def catalog(tables: int, columns: int) -> dict[str, list[str]]:
    chance = random.Random(1)  # noqa: S311 - the same names each time, not secrets

    def name(words: int) -> str:
        return "_".join(chance.choice(WORDS) for _ in range(words))

    return {
        f"{name(3)}_{n}": [f"{name(2)}_{place}" for place in range(columns)] for n in range(tables)
    }


class Known:
    def __init__(self, tables: dict[str, list[str]]) -> None:
        content = DatabaseNames.of(
            TableName(table, columns=tuple(ColumnName(column, "varchar") for column in columns))
            for table, columns in tables.items()
        )
        self.index = NameIndex(("c",), {"c": ("db",)}, {("c", "db"): content})

    def snapshot(self) -> NameIndex:
        return self.index

    def want(self, catalog: str, database: str = "") -> None:
        pass

    def want_partition(self, catalog: str, database: str, table: str, column: str) -> None:
        pass


def inputs(table: str) -> dict[str, str]:
    cases = ",\n".join(
        f"CASE WHEN col_{n} > {n} THEN 'a{n}' ELSE 'b' END AS c{n}" for n in range(150)
    )
    lines = ",\n".join(
        f"  t.column_{n} + coalesce(t.other_{n}, 0) AS alias_{n}" for n in range(298)
    )
    return {
        "select list": f"SELECT * FROM {table}; SELECT ",
        "FROM": "SELECT * FROM ",
        "FROM sal": "SELECT * FROM sal",
        "FROM, letters": "SELECT * FROM oclw",
        "WHERE": f"SELECT * FROM {table} WHERE ",
        "150 CASE": f"SELECT {cases}\nFROM {table} WHERE ",
        "300 lines": f"SELECT\n{lines}\nFROM {table} t WHERE t.",
        "5,000 lines": OLD_STATEMENT * 1250 + f"SELECT * FROM {table} WHERE o",
    }


def keys(text: str, names: Known) -> tuple[list[float], list[float]]:
    """Return the sorted seconds, on the processor and on the wall, of completing after a key."""
    gc.freeze()
    session = Session(catalog="c", database="db")
    times, walls = [], []
    for _ in range(KEYS):
        suggest(text[:-1], len(text) - 1, session=session, names=names)
        began, wall = time.process_time(), time.perf_counter()
        suggest(text, len(text), session=session, names=names)
        times.append(time.process_time() - began)
        walls.append(time.perf_counter() - wall)
    return sorted(times), sorted(walls)


def measured(names: Known, table: str) -> Iterator[tuple[str, float, float, float]]:
    """Yield each input's median and 99th percentile, and the latter on the wall clock."""
    for label, text in inputs(table).items():
        times, walls = keys(text, names)
        late = int(KEYS * 0.99)
        yield label, times[KEYS // 2], times[late], walls[late]


def test_ten_thousand_tables_beside_a_plain_scan_of_their_names() -> None:
    tables = catalog(10_000, 50)
    table = next(iter(tables))
    names = Known(tables)
    everything = [*tables, *(column for columns in tables.values() for column in columns)]
    began = time.process_time()
    sum("oc" in name for name in everything)
    scan = time.process_time() - began
    print(f"\nscan of {len(everything)} names: {scan * 1000:.1f} ms")
    for label, middle, worst, wall in measured(names, table):
        print(f"{label:>14}: median {middle * 1000:6.2f} ms, p99 {worst * 1000:6.2f} ms, "
              f"p99 on the wall {wall * 1000:6.2f} ms")  # fmt: skip
        assert middle <= scan
        assert worst <= LONGEST


@pytest.mark.skipif(not RIVALS, reason="ATHENA_SHELL_RIVALS is not set: no other shell is measured")
def test_beside_other_shells() -> None:
    tables = catalog(5_000, 20)
    table = next(iter(tables))
    ours = {label: middle for label, middle, _, _ in measured(Known(tables), table)}
    print()
    for rival in ("athenacli", "litecli", "mycli", "pgcli"):
        ran = subprocess.run(
            [str(Path(RIVALS) / "python"), "-c", DRIVER, rival],
            input=json.dumps([inputs(table), tables]),
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            print(f"{rival} was not measured: {ran.stderr.splitlines()[-1]}")
            continue
        for label, theirs in json.loads(ran.stdout).items():
            ratio = theirs / ours[label]
            print(f"{rival:>10} {label:>14}: {theirs * 1000:8.1f} ms, "
                  f"ours {ours[label] * 1000:6.2f} ms, {ratio:8.1f} times")  # fmt: skip
            if label in {"300 lines", "5,000 lines"}:
                assert ratio >= (500 if label == "5,000 lines" else 10)
