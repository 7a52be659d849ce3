"""What UNLOAD cannot take is refused before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.shell.conftest import Start


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("\\export a.parquet --unload SHOW TABLES", "UNLOAD takes a SELECT; this is SHOW TABLES."),
        ("\\export a.parquet --unload", "--unload has Athena run a query, and there is none."),
        ("\\export no/a.parquet --unload SELECT 1", "cannot be written"),
    ],
)
def test_what_unload_cannot_take_runs_nothing(start: Start, line: str, said: str) -> None:
    shell = start()
    shown = shell.enter(line)
    assert said in shown.replace("\n", " ").replace("  ", " ")
    assert shell.engine.started == []
