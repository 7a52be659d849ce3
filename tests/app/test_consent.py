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
