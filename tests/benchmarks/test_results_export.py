"""Exports of a million rows, beside boto3's plain stream and PyAthena's cursors."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from athena_shell.athena.readers import ResultReader
from athena_shell.output.export import whole_or_absent
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import FormatterRegistry
from athena_shell.output.transfer import ResultFile
from tests.benchmarks.result_service import (
    EXECUTION,
    ROWS,
    ServerMaker,
    clients,
    connection,
    engine,
    interleaved,
    serving,
    write_result,
)

TIMES = 10  # the object has a million rows; the pages of the API a tenth of that


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("result")
    write_result(made, times=TIMES)
    return made


@pytest.fixture(scope="module")
def serve(folder: Path) -> Iterator[ServerMaker]:
    with serving(folder) as start:
        yield start


def export(url: str, path: Path, rows: int = ROWS * TIMES) -> None:
    """All that a user waits for: the file, its rows known, on the disk, under its name."""
    result = engine(url, ResultReader.AUTO).fetch(EXECUTION)
    with whole_or_absent(path, force=True) as writer:
        file = ResultFile(FormatterRegistry(), path, writer)
        assert file.add(result, FormatOptions(), otherwise="csv").rows == rows


def stream(url: str, path: Path) -> None:
    """What boto3 itself would do for the same: the bytes, on the disk, under their name."""
    body = clients(url)("s3").get_object(Bucket="bucket", Key="q-1.csv")["Body"]
    with path.with_suffix(".part").open("wb") as file:
        while block := body.read(1 << 20):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    path.with_suffix(".part").replace(path)


def default_cursor(url: str, path: Path) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(connection(url).cursor().execute("SELECT 1"))


def arrow_cursor(url: str, path: Path) -> None:
    import pyarrow.csv
    from pyarrow.fs import S3FileSystem
    from pyathena.arrow.cursor import ArrowCursor
    from pyathena.arrow.result_set import AthenaArrowResultSetMetadataReader as Opener

    here = S3FileSystem(endpoint_override=url, region="us-east-1", access_key="k", secret_key="s")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_S3", url)
        patch.setattr(Opener, "_create_s3_file_system", lambda _self: here)
        found = connection(url).cursor(ArrowCursor).execute("SELECT 1")
        pyarrow.csv.write_csv(found.as_arrow(), path)


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore")  # other people's libraries
def test_export(serve: ServerMaker, folder: Path) -> None:
    plain, capped, slow = serve(0.0, 0.0), serve(0.0, 90e6), serve(0.1, 0.0)
    ours, theirs = folder / "ours.csv", folder / "theirs.csv"
    found = interleaved(11, ours=lambda: export(plain, ours), stream=lambda: stream(plain, theirs))
    limited = interleaved(
        3, ours=lambda: export(capped, ours), stream=lambda: stream(capped, theirs)
    )
    waiting = interleaved(3, ours=lambda: export(slow, ours))
    rival = interleaved(1, cursor=lambda: default_cursor(plain, theirs))
    patient = interleaved(1, cursor=lambda: default_cursor(slow, theirs))
    print(f"ours / stream = {found['ours'] / found['stream']:.2f}")
    print(f"at 90 MB/s a connection = {limited['ours'] / limited['stream']:.2f}")
    print(f"PyAthena / ours = {TIMES * rival['cursor'] / found['ours']:.0f}")
    print(f"PyAthena / ours at 100 ms = {TIMES * patient['cursor'] / waiting['ours']:.0f}")
    assert found["ours"] <= 1.2 * found["stream"]
    assert limited["ours"] <= 0.4 * limited["stream"]
    assert TIMES * rival["cursor"] >= 150 * found["ours"]
    assert TIMES * patient["cursor"] >= 60 * waiting["ours"]


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore")
def test_export_beside_arrow(serve: ServerMaker, folder: Path) -> None:
    plain = serve(0.0, 0.0)
    ours, theirs = folder / "ours.csv", folder / "theirs.csv"
    found = interleaved(
        3, ours=lambda: export(plain, ours), arrow=lambda: arrow_cursor(plain, theirs)
    )
    print(f"PyAthena's Arrow cursor / ours = {found['arrow'] / found['ours']:.1f}")
    assert found["ours"] < found["arrow"]


PEAK = """
import sys
from pathlib import Path
from athena_shell.athena.readers import ResultReader
from athena_shell.output.export import whole_or_absent
from athena_shell.output.options import FormatOptions
from athena_shell.output.registry import FormatterRegistry
from athena_shell.output.transfer import ResultFile
from tests.benchmarks.result_service import EXECUTION, engine
url, path = sys.argv[1], Path(sys.argv[2])
result = engine(url, ResultReader.AUTO).fetch(EXECUTION)
with whole_or_absent(path, force=True) as writer:
    file = ResultFile(FormatterRegistry(), path, writer)
    print(file.add(result, FormatOptions(), otherwise="csv").rows)
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.benchmark
@pytest.mark.timeout(900)
@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl"])
def test_memory_of_ten_million_rows(tmp_path: Path, ending: str) -> None:
    """A whole process, the AWS library included; its peak does not grow with the rows."""
    peaks = {}
    for times in (1, 100):
        folder = tmp_path / str(times)
        folder.mkdir()
        write_result(folder, times=times)
        with serving(folder) as start:
            ran = subprocess.run(
                [sys.executable, "-c", PEAK, start(0.0, 0.0), str(folder / f"out.{ending}")],
                capture_output=True,
                text=True,
                check=True,
                cwd=Path(__file__).parents[2],
            )
        rows, peak = map(int, ran.stdout.split())
        assert rows == ROWS * times
        peaks[times] = peak / 1024
        (folder / f"out.{ending}").unlink()
    print(f"{ending}: { {times * ROWS: f'{peak:.0f} MiB' for times, peak in peaks.items()} }")
    assert peaks[100] <= 1.1 * peaks[1]
    assert peaks[100] <= 120
