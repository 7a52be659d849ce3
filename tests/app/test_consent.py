"""``confirm_over`` in scripts: refused before anything is sent, or run with ``--yes``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Aws, Run

COUNT = "SELECT count(*) AS n FROM orders"


def test_a_script_refuses_what_is_estimated_higher_than_it_may(
    run: Run, config: Path, aws: Aws
) -> None:
    line = ("--config", str(config), "--format", "csv", "--set", "confirm_over=1KB", "-c")
    refused = run(*line, COUNT)
    assert (refused.code, refused.out) == (5, "")
    assert "The statement was not sent. Scans at most 792 KB" in refused.talk
    assert "confirm_over is 1KB, and a script asks nobody: --yes runs it" in refused.talk
    assert [start.sql for start in aws.local.endpoint.ledger.starts if start.sql == COUNT] == []

    allowed = run("--yes", *line, f"\\set confirm_over 1KB\n{COUNT}")
    assert (allowed.code, allowed.out) == (0, '"n"\n"40000"\n')

    lifted = run(*line, f"\\set confirm_over off\n{COUNT}")
    assert lifted.code == 2
    assert "A script may not change confirm_over where its caller has set it." in lifted.talk


def test_a_script_estimates_without_running(run: Run, config: Path, aws: Aws) -> None:
    before = len(aws.local.endpoint.ledger.starts)
    ended = run("--config", str(config), "-c", f"{COUNT} \\estimate")
    assert (ended.code, ended.out.splitlines()[0]) == (0, "Scans at most 792 KB (≤ $0.000048).")
    started = [start.sql for start in aws.local.endpoint.ledger.starts[before:]]
    assert [sql.split("\n")[0] for sql in started] == ["EXPLAIN (TYPE IO, FORMAT JSON)"]
