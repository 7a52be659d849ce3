"""An export killed at any moment leaves the whole file or none, and nothing that stays for ever."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PROGRAM = textwrap.dedent(
    '''
    """Forks exports and kills each at a random moment; prints how many were whole and absent."""
    import os, random, signal, sys, time
    from pathlib import Path

    from athena_shell.core.model import Column, Page, ResultSet, Transferred
    from athena_shell.output import export
    from athena_shell.output.options import FormatOptions
    from athena_shell.output.registry import FormatterRegistry
    from athena_shell.output.transfer import ResultFile

    folder, points, nameless = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "True"
    if not nameless:
        export._NAMELESS = 0
    formatters = FormatterRegistry()
    columns = (Column("a", "bigint"), Column("b"))
    parts = [range(start, start + 500) for start in range(0, 4000, 500)]
    pages = [Page(tuple((str(number), "x" * 40) for number in part)) for part in parts]
    text = b'"a","b"\\n' + b"".join(
        b'"%s","%s"\\n' % (a.encode(), b.encode()) for page in pages for a, b in page.rows
    )

    def copy(descriptor, report):
        for start in range(0, len(text), 4096):
            os.pwrite(descriptor, text[start : start + 4096], start)
        return Transferred(4000, len(text), len(text))

    def run(path, force, copied):
        result = ResultSet(columns, iter(pages), copy=copy if copied else None)
        with export.whole_or_absent(path, force=force) as writer:
            file = ResultFile(formatters, path, writer)
            file.add(result, FormatOptions(), otherwise="csv")

    def timed(path, *how):
        start = time.monotonic()
        run(path, *how)
        return time.monotonic() - start

    dice = random.Random(7)
    longest = max(timed(folder / f"warm-{n}.csv", False, n % 2) for n in range(4)) * 1.3
    whole = absent = 0
    for point in range(points):
        old, copied = dice.random() < 0.5, dice.random() < 0.5
        path = folder / f"{point}.csv"
        if old:
            path.write_bytes(b"old")
        child = os.fork()
        if not child:
            run(path, old, copied)
            os._exit(0)
        time.sleep(dice.random() * longest)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = path.read_bytes() if path.exists() else None
        assert found in (text, b"old" if old else None), (point, found and len(found))
        whole, absent = whole + (found == text), absent + (found != text)
        run(path, True, copied)  # the next try
        assert path.read_bytes() == text
        assert not list(folder.glob(".*.part")), point
    print(whole, absent)
    '''
)


@pytest.mark.parametrize("nameless", [True, False])
def test_killed_at_random_points(
    tmp_path: Path, request: pytest.FixtureRequest, *, nameless: bool
) -> None:
    points = int(request.config.getoption("--schedules")) or 12

    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(points), str(nameless)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    whole, absent = map(int, ran.stdout.split())
    assert whole + absent == points
    assert absent > 0  # some were struck in time
