"""A service of prepared bytes and those who read from it, for the benchmarks of results."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from athena_shell.athena.calls import Caller
from athena_shell.athena.readers import ResultReader
from athena_shell.athena.service import AthenaEngine
from athena_shell.core.model import QueryExecution, QueryState

ROWS = 100_000
BLOCK = 256 * 1024
NAMES = tuple(f"c{number}" for number in range(10))


def table() -> list[tuple[str | None, ...]]:
    """Return ten mixed columns: 5 % NULL in four of them, 4 % awkward texts."""
    dice = random.Random(5)  # noqa: S311 - the same table each time
    rows: list[tuple[str | None, ...]] = []
    for number in range(ROWS):
        row: list[str | None] = [
            str(number),
            f"user-{number % 9973}",
            f"{number * 1.37:.2f}",
            "2026-01-01 00:00:00.000",
            "eu-central-1",
            "GET",
            f"/products/{number % 777}/details",
            "true",
            "some text of a usual length",
            "0123456789",
        ]
        for column in (2, 4, 6, 8):
            if dice.random() < 0.05:
                row[column] = None
        if dice.random() < 0.04:
            row[9] = 'say "hi", then\ngo'
        rows.append(tuple(row))
    return rows


def as_csv(rows: list[tuple[str | None, ...]]) -> bytes:
    def line(row: tuple[str | None, ...]) -> str:
        cells = ("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row)
        return ",".join(cells) + "\n"

    return "".join(map(line, (NAMES, *rows))).encode()


def interleaved(turns: int, **runs: Callable[[], object]) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(turns):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    found = {name: median(values) for name, values in seconds.items()}
    print({name: f"{value:.3f} s" for name, value in found.items()})
    return found


SERVER = textwrap.dedent(
    '''
    """Answers Athena and S3 from prepared bytes, so that the client is what is measured."""
    import json, sys, time
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from pathlib import Path

    folder = Path(sys.argv[1])
    delay = float(sys.argv[2])
    rate = float(sys.argv[3])
    body = (folder / "result.csv").read_bytes()
    pages = [path.read_bytes() for path in sorted(folder.glob("page-*"))]
    execution = (folder / "execution.json").read_bytes()
    statistics = (folder / "statistics.json").read_bytes()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # as on real servers

        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            operation = self.headers["X-Amz-Target"].split(".")[1]
            if operation == "StartQueryExecution":
                self.send(200, b'{"QueryExecutionId":"q-1"}')
            elif operation == "GetQueryExecution":
                self.send(200, execution)
            elif operation == "GetQueryRuntimeStatistics":
                time.sleep(delay)
                self.send(200, statistics)
            else:
                time.sleep(delay)
                self.send(200, pages[int(request.get("NextToken", "0"))])

        def do_HEAD(self):
            self.send(200, b"", {"Content-Length": str(len(body)), "ETag": '"e"'})

        def do_GET(self):
            wanted = self.headers.get("Range")
            if not wanted:
                return self.send(200, body, {"ETag": '"e"'})
            start, end = wanted.removeprefix("bytes=").split("-")
            part = memoryview(body)[int(start) : int(end) + 1 if end else None]
            last = int(start) + len(part) - 1
            place = f"bytes {start}-{last}/{len(body)}"
            self.send(206, part, {"ETag": '"e"', "Content-Range": place})

        def send(self, status, data, headers={}):
            self.send_response(status)
            self.send_header("x-amzn-requestid", "r")
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            step = 1 << 18
            for start in range(0, len(data), step):
                self.wfile.write(data[start : start + step])
                if rate:
                    time.sleep(step / rate)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
    '''
)


def write_result(made: Path, *, times: int = 1) -> None:
    """Write the pages of the table, the object with it repeated, the execution, the server."""
    rows = table()
    header, _, body = as_csv(rows).partition(b"\n")
    with (made / "result.csv").open("wb") as file:
        file.write(header + b"\n")
        for _ in range(times):
            file.write(body)
    everything: list[tuple[str | None, ...]] = [NAMES, *rows]
    info = [
        {"Name": name, "Label": name, "Type": "varchar", "Precision": 9, "Scale": 0,
         "Nullable": "UNKNOWN", "CaseSensitive": True, "CatalogName": "hive", "SchemaName": "",
         "TableName": ""}
        for name in NAMES
    ]  # fmt: skip
    for number, start in enumerate(range(0, len(everything), 1000)):
        part = everything[start : start + 1000]
        cells = [
            {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
            for row in part
        ]
        reply: dict[str, Any] = {
            "ResultSet": {"Rows": cells, "ResultSetMetadata": {"ColumnInfo": info}},
            "UpdateCount": 0,
        }
        if start + 1000 < len(everything):
            reply["NextToken"] = str(number + 1)
        (made / f"page-{number:05}").write_text(json.dumps(reply))
    execution = {
        "QueryExecutionId": "q-1",
        "Query": "SELECT",
        "StatementType": "DML",
        "SubstatementType": "SELECT",
        "Status": {"State": "SUCCEEDED", "SubmissionDateTime": 1.0, "CompletionDateTime": 2.0},
        "ResultConfiguration": {"OutputLocation": "s3://bucket/q-1.csv"},
        "QueryExecutionContext": {"Database": "default"},
        "Statistics": {"DataScannedInBytes": 1},
        "WorkGroup": "primary",
    }
    (made / "execution.json").write_text(json.dumps({"QueryExecution": execution}))
    told = {"Timeline": {}, "Rows": {"OutputRows": ROWS * times}}
    (made / "statistics.json").write_text(json.dumps({"QueryRuntimeStatistics": told}))
    (made / "server.py").write_text(SERVER)


ServerMaker = Callable[[float, float], str]


@contextmanager
def serving(folder: Path) -> Iterator[ServerMaker]:
    """Start servers with a delay a page and a rate a connection; each gives its address."""
    processes = []

    def start(delay: float, rate: float) -> str:
        process = subprocess.Popen(
            [sys.executable, str(folder / "server.py"), str(folder), str(delay), str(rate)],
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout is not None
        return f"http://127.0.0.1:{process.stdout.readline().strip()}"

    try:
        yield start
    finally:
        for process in processes:
            process.kill()
            process.communicate()


class Clock:
    def now(self) -> Any:
        raise NotImplementedError

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


EXECUTION = QueryExecution(
    "q-1",
    QueryState.SUCCEEDED,
    statement_type="DML",
    substatement_type="SELECT",
    output_location="s3://bucket/q-1.csv",
)


def clients(url: str) -> Callable[[str], Any]:
    import boto3
    from botocore.config import Config

    config = Config(s3={"addressing_style": "path"}, max_pool_connections=16)
    made = {
        service: boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id="k",
            aws_secret_access_key="s",
            config=config,
        )
        for service in ("athena", "s3")
    }
    return made.__getitem__


def engine(url: str, reader: ResultReader) -> AthenaEngine:
    return AthenaEngine(Caller(clients(url), clock=Clock()), Clock(), reader=reader)


def connection(url: str) -> Any:
    """Return a PyAthena connection."""
    from pyathena import connect

    return connect(
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="k",
        aws_secret_access_key="s",
        s3_staging_dir="s3://bucket/",
        poll_interval=0.01,
    )
