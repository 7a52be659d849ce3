"""Scripts whose results Athena itself writes: what is sent, what is fetched, what is refused."""

from __future__ import annotations

import io
import os
import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from athena_shell.config.options import ScriptOptions
from athena_shell.core.model import Part, Report, Transferred
from athena_shell.core.session import Session

if TYPE_CHECKING:
    from tests.script.conftest import Script

_PLACE = re.compile(r"\n\) TO 's3://results/unload-[0-9a-f-]{36}/' WITH \(format = 'PARQUET'\)$")


def part(name: str, numbers: list[int]) -> Part:
    stream = io.BytesIO()
    pq.write_table(pa.table({"n": numbers}), stream)
    data = stream.getvalue()

    def copy(descriptor: int, _report: Report) -> Transferred:
        os.pwrite(descriptor, data, 0)
        return Transferred(0, len(data), len(data))

    return Part(f"s3://results/unload-1/{name}", copy)


@pytest.fixture
def unloading(script: Script) -> Script:
    script.options = ScriptOptions(unload=True)
    script.session = Session(output_location="s3://results/")
    script.output = str(script.directory / "all.parquet")
    script.parts = (part("a", [1, 2]), part("b", [3]))
    return script


def sent(texts: list[str]) -> list[str]:
    return [_PLACE.sub(" …)", text) for text in texts]


def names(script: Script) -> list[str]:
    return sorted(path.name for path in script.directory.iterdir())


def test_queries_alone_are_wrapped_and_their_parts_become_files(unloading: Script) -> None:
    unloading.output = str(unloading.directory / "{n}.parquet")
    unloading.answer("INSERT INTO a SELECT 1", columns=())
    unloading.answer("SELECT (1 = 1)", ("true",))
    ran = unloading.run(
        "INSERT INTO a SELECT 1; SELECT -- two\n2; SELECT 3 AS x \\gset\n\\assert 1 = 1\nTABLE b"
    )
    assert ran.code == 0, ran.err
    assert sent(ran.texts) == [
        "INSERT INTO a SELECT 1",
        "UNLOAD (SELECT -- two\n2 …)",
        "SELECT 3 AS x",
        "SELECT (1 = 1)",
        "UNLOAD (TABLE b …)",
    ]
    assert pq.read_table(unloading.directory / "2.parquet").column("n").to_pylist() == [1, 2, 3]
    assert ran.err.count("; 2 parts stay in s3://results/unload-1/\n") == 2


def test_a_directory_takes_the_parts_of_one_query(unloading: Script) -> None:
    unloading.output = str(unloading.directory)
    ran = unloading.run("SELECT 1; SELECT 2")
    assert (ran.code, len(ran.texts)) == (6, 0)
    ran = unloading.run("\\timing off\nSELECT 1; SELECT 2")
    assert (ran.code, len(ran.texts)) == (6, 1)
    assert "holds the result of an earlier statement of this run already" in ran.err
    assert names(unloading) == ["part-00001.parquet", "part-00002.parquet"]


def test_several_at_once(unloading: Script) -> None:
    unloading.options = ScriptOptions(unload=True, parallel=2)
    unloading.output = str(unloading.directory / "{n}.parquet")
    ran = unloading.run("SELECT 1; SELECT 2;")
    assert ran.code == 0, ran.err
    assert sorted(sent(ran.texts)) == ["UNLOAD (SELECT 1 …)", "UNLOAD (SELECT 2 …)"]
    assert names(unloading) == ["1.parquet", "2.parquet"]


def test_a_query_without_rows_leaves_no_file_and_says_so(unloading: Script) -> None:
    unloading.parts = ()
    ran = unloading.run("SELECT 1 WHERE false")
    assert ran.code == 0
    assert ran.err == f"Athena wrote nothing, so {unloading.output} was not written\n"
    assert names(unloading) == []


def test_a_run_without_a_query_says_that_there_is_no_file(unloading: Script) -> None:
    ran = unloading.run("\\echo none")
    assert (ran.code, names(unloading)) == (0, [])
    assert f"No statement had a result: {unloading.output} was not written." in ran.err


@pytest.mark.parametrize("name", ["all.parquet", "all-{n}.parquet"])
def test_a_file_that_exists_runs_nothing(unloading: Script, name: str) -> None:
    unloading.output = str(unloading.directory / name)
    unloading.file(name.replace("{n}", "1"), "mine")
    ran = unloading.run("SELECT 1")
    assert (ran.code, ran.texts) == (6, [])
    assert "exists already" in ran.err
    unloading.force = True
    assert unloading.run("SELECT 1").code == 0


def test_rows_that_are_no_parts_do_not_go_into_a_directory(unloading: Script) -> None:
    unloading.output = str(unloading.directory)
    ran = unloading.run("SHOW TABLES")
    assert ran.code == 6
    assert "is a directory, and this result has no parts" in ran.err


def test_what_the_user_wrote_is_judged(unloading: Script) -> None:
    unloading.session = Session(output_location="s3://results/", production=True)
    assert unloading.run("SELECT 1").code == 0
    unloading.force = True
    ran = unloading.run("DELETE FROM a")
    assert (ran.code, ran.texts) == (2, [])


def test_without_a_place_in_s3_nothing_is_sent(unloading: Script) -> None:
    unloading.session = Session()
    ran = unloading.run("SELECT 1")
    assert (ran.code, ran.texts) == (2, [])
    assert "There is no place in S3 for the parts" in ran.err


def test_a_dry_run_validates_the_query_itself(unloading: Script) -> None:
    unloading.options = ScriptOptions(unload=True, dry_run=True)
    ran = unloading.run("SELECT 1")
    assert (ran.code, ran.texts) == (0, ["EXPLAIN (TYPE VALIDATE) SELECT 1"])
    assert names(unloading) == []
