"""Everyday sessions in a tmux pane, their whole screens compared."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.terminal.conftest import KINDS, PRESENT, User
from tests.terminal.sessions import Recorded, masked, play, recorded

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(120)]

SETTLED = 10.0


@pytest.fixture
def home() -> Iterator[Path]:
    """Make a home whose path is as long as when the sessions were recorded."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "user"
        home.mkdir()
        yield home


def test_there_are_twenty_sessions() -> None:
    assert len(recorded()) >= 20


@pytest.mark.parametrize("session", recorded(), ids=lambda each: each.name)
def test_the_session(session: Recorded, home: Path) -> None:
    terminal = KINDS[PRESENT[-1]](home, *session.size)
    try:
        user = User(terminal, home)
        play(user, session)
        end = time.monotonic() + SETTLED
        while (shown := masked(terminal.text(), home)) != session.screen:
            if time.monotonic() > end:
                assert shown == session.screen
            time.sleep(0.02)
    finally:
        terminal.end()
