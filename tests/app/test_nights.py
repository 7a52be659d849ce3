"""Scripts as cron runs them, every word of what comes of it compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.conftest import Aws
from tests.app.nights import Night, nights, play


def test_there_are_ten_nights() -> None:
    assert len(nights()) >= 10


@pytest.mark.parametrize("night", nights(), ids=lambda each: each.name)
def test_the_night(night: Night, aws: Aws, tmp_path: Path) -> None:
    config = tmp_path / "config.ini"
    config.touch(0o600)
    profile = aws.served.profile.replace("[profile local]", "[profile default]")
    config.write_text(f"{profile}Schema = sampledb\n", encoding="utf-8")
    home = tmp_path / "night"
    home.mkdir()
    assert play(night, config, home) == night.outcome
