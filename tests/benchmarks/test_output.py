"""How fast results become text, beside tabulate and beside reading the same bytes."""

from __future__ import annotations

import csv
import io
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median

import pytest
import tabulate

from athena_shell.athena.csv_rows import split_csv
from athena_shell.core.model import Column, Row
from athena_shell.output.delimited import format_csv
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import FormatterRegistry

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

ROWS = 100_000
ROUNDS = 3
KINDS = (
    "bigint", "integer", "decimal", "varchar", "varchar",
    "boolean", "timestamp", "varchar", "varchar", "double",
)  # fmt: skip
COLUMNS = tuple(Column(f"column_{number}", kind) for number, kind in enumerate(KINDS))
AWKWARD = ("naïve café", "漢字テスト", "line one\nline two", "tab\there", 'say "hi"', "a, b", "")


def mixed_rows(count: int) -> list[Row]:
    """Return rows with 4 % awkward texts and 5 % NULLs in four columns."""
    chance = random.Random(1)  # noqa: S311 - data, not secrets

    def maybe(text: str) -> str | None:
        return None if chance.random() < 0.05 else text

    return [
        (
            str(number),
            str(chance.randint(1, 10**9)),
            f"{chance.random() * 1000:.2f}",
            maybe(f"user{number % 5000}@example.com"),
            maybe("NL"),
            "true" if number % 2 else "false",
            f"2024-01-{number % 28 + 1:02d} 10:11:12.000",
            maybe(chance.choice(AWKWARD) if chance.random() < 0.04 else f"some text {number}"),
            maybe("x" * chance.randint(3, 20)),
            repr(chance.random() * 1000),
        )
        for number in range(count)
    ]


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of some work, which other programs disturb less."""
    start = time.process_time()
    work()
    return time.process_time() - start


def drain(name: str, rows: Iterable[Row], **options: object) -> int:
    formatter = FormatterRegistry().named(name)
    pieces = formatter.text(COLUMNS, rows, FormatOptions(**options))  # type: ignore[arg-type] # as named
    return sum(len(piece) for piece in pieces)


@pytest.mark.parametrize("style", ["psql", "box"])
def test_table_against_tabulate(style: str) -> None:
    rows = mixed_rows(ROWS)
    headers = [column.name for column in COLUMNS]

    def rival() -> None:
        tabulate.tabulate(rows, headers=headers, tablefmt="psql", disable_numparse=True)

    theirs, ours = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: drain("table", iter(rows), style=style)))
        theirs.append(seconds(rival))
    ratio = median(theirs) / median(ours)
    print(f"\ntable {style}: {ratio:.1f} x tabulate ({ROWS / median(ours):,.0f} rows/s)")
    assert ratio >= 25


@pytest.mark.parametrize(("name", "most"), [("tsv", 2.0), ("csv", 2.0), ("jsonl", 2.0)])
def test_text_against_reading_alone(name: str, most: float) -> None:
    """Reading and writing, as a multiple of what csv.reader needs for the same bytes."""
    data = "".join(format_csv(COLUMNS, mixed_rows(ROWS), FormatOptions(header=False))).encode()
    blocks = [data[at : at + (1 << 18)] for at in range(0, len(data), 1 << 18)]

    def rows() -> Iterator[Row]:
        for group in split_csv(blocks, len(COLUMNS)):
            yield from group

    def read() -> None:
        for _ in split_csv(blocks, len(COLUMNS)):
            pass

    def plain() -> None:
        for _ in csv.reader(io.StringIO(data.decode())):
            pass

    reading, both, rival = [], [], []
    for _ in range(7):
        rival.append(seconds(plain))
        reading.append(seconds(read))
        both.append(seconds(lambda: drain(name, rows())))
    ratio = median(both) / median(rival)
    print(
        f"\n{name}: {ratio:.2f} x csv.reader ({ROWS / median(both):,.0f} rows/s);"
        f" the parse alone {median(reading) / median(rival):.2f}"
    )
    assert ratio <= most


def test_parquet_against_csv_reader() -> None:
    """From Athena's CSV to typed columns; reading the same bytes as bare text is the measure."""
    rows = mixed_rows(ROWS)
    text = "".join(format_csv(COLUMNS, rows, FormatOptions()))
    data = text.encode()
    parquet = FormatterRegistry().named("parquet")
    assert parquet.write is not None
    assert parquet.convert is not None
    write, convert = parquet.write, parquet.convert
    write(COLUMNS, rows[:10], io.BytesIO(), FormatOptions())
    reader, from_rows, from_csv = [], [], []
    for _ in range(7):
        reader.append(seconds(lambda: sum(1 for _ in csv.reader(io.StringIO(text)))))
        from_rows.append(seconds(lambda: write(COLUMNS, rows, io.BytesIO(), FormatOptions())))
        from_csv.append(
            seconds(lambda: convert(COLUMNS, io.BytesIO(data), io.BytesIO(), lambda _: None))
        )
    short, long = (median(each) / median(reader) for each in (from_csv, from_rows))
    print(
        f"\nparquet: {short:.2f} x csv.reader ({ROWS / median(from_csv):,.0f} rows/s) from S3's"
        f" CSV; {long:.2f} ({ROWS / median(from_rows):,.0f} rows/s) from rows at hand"
    )
    assert short <= 470 / 400
    assert long <= 2


PROGRAM = """
import sys
from pathlib import Path
from athena_shell.core.model import Column
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import FormatterRegistry
from athena_shell.output.transfer import export_rows
columns = [Column(f"c{number}") for number in range(10)]
rows = ((str(n), None, "1.10", *(f"text {n}",) * 7) for n in range(int(sys.argv[2])))
formatter = FormatterRegistry().named(sys.argv[1])
export_rows(formatter, columns, rows, Path(sys.argv[3]), FormatOptions())
status = Path("/proc/self/status").read_text()
print(status.split("VmHWM:")[1].split()[0])
"""


@pytest.mark.parametrize("name", ["csv", "jsonl", "table", "xlsx", "parquet"])
def test_memory_does_not_grow_with_rows(name: str, tmp_path: Path) -> None:
    def peak(count: int) -> int:
        result = subprocess.run(
            [sys.executable, "-c", PROGRAM, name, str(count), str(tmp_path / str(count))],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        )
        return int(result.stdout)

    few, many = peak(100_000), peak(500_000)
    print(f"\n{name}: {few / 1024:.0f} MiB for 100,000 rows, {many / 1024:.0f} for 500,000")
    assert many <= 1.1 * few + 4096
    assert many <= 160 * 1024
