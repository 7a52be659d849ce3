"""Reading results, beside the standard library, boto3 and PyAthena, interleaved in one run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from athena_shell.athena.csv_rows import split_csv
from athena_shell.athena.readers import ResultReader
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import FormatterRegistry
from tests.benchmarks.result_service import (
    BLOCK,
    EXECUTION,
    ROWS,
    ServerMaker,
    as_csv,
    clients,
    connection,
    engine,
    interleaved,
    serving,
    table,
    write_result,
)


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerMaker]:
    folder: Path = tmp_path_factory.mktemp("result")
    write_result(folder)
    with serving(folder) as start:
        yield start


@pytest.mark.benchmark
def test_rows_with_null_kept_apart() -> None:
    data = as_csv(table())

    def ours() -> None:
        blocks = (data[start : start + BLOCK] for start in range(0, len(data), BLOCK))
        assert sum(len(rows) for rows in split_csv(blocks, 10)) == ROWS + 1

    def standard() -> None:
        reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), newline=""))
        assert sum(1 for _ in reader) == ROWS + 1

    found = interleaved(15, ours=ours, standard=standard)
    print(f"ours / csv.reader = {found['ours'] / found['standard']:.2f}")
    assert found["ours"] <= 1.4 * found["standard"]


def all_rows(url: str, reader: ResultReader) -> None:
    assert sum(1 for _ in engine(url, reader).fetch(EXECUTION).rows()) == ROWS


def by_paginator(url: str) -> None:
    pages = clients(url)("athena").get_paginator("get_query_results")
    rows = 0
    for page in pages.paginate(QueryExecutionId="q-1"):
        rows += len(page["ResultSet"]["Rows"])
    assert rows == ROWS + 1


def by_cursor(url: str) -> None:
    assert sum(1 for _ in connection(url).cursor().execute("SELECT 1")) == ROWS


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore")  # other people's libraries
def test_rows_over_the_api_and_s3(serve: ServerMaker) -> None:
    url = serve(0.0, 0.0)
    found = interleaved(
        3,
        api=lambda: all_rows(url, ResultReader.API),
        s3=lambda: all_rows(url, ResultReader.S3),
        boto3=lambda: by_paginator(url),
        pyathena=lambda: by_cursor(url),
    )
    print(f"api / boto3 = {found['api'] / found['boto3']:.2f}")
    print(f"PyAthena / s3 = {found['pyathena'] / found['s3']:.1f}")
    assert found["api"] <= 0.45 * found["boto3"]
    assert found["pyathena"] >= 10 * found["s3"]


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore")
def test_pages_at_a_hundred_milliseconds(serve: ServerMaker) -> None:
    url = serve(0.1, 0.0)
    pages = 1 + ROWS // 1000

    found = interleaved(1, api=lambda: all_rows(url, ResultReader.API))

    floor = pages * 0.1
    print(f"api / (pages × latency) = {found['api'] / floor:.2f}")
    assert found["api"] <= 1.1 * floor


@pytest.mark.benchmark
def test_first_screen(serve: ServerMaker) -> None:
    """The first rows of a large result, drawn: one page and hardly more."""
    url = serve(0.1, 0.0)
    source = engine(url, ResultReader.AUTO)
    formatter = FormatterRegistry().named("table")

    def screen() -> None:
        result = source.fetch(EXECUTION)
        pieces = formatter.text(result.columns, result.rows(), FormatOptions(width=120, height=40))
        assert "".join(islice(pieces, 2)).count("\n") > 40

    screen()
    found = interleaved(9, screen=screen)
    print(f"first screen: {found['screen'] * 1000 - 100:.0f} ms over one page")
    assert found["screen"] <= 0.1 + 0.030
